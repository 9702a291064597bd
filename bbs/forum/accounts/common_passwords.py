"""Passwords of eight characters and more that every guessing list begins with; compared without regard to case."""

from __future__ import annotations

from typing import Final

COMMON: Final = frozenset(
    """
    password password1 password12 password123 password1234 password! password1! passw0rd p@ssw0rd p@ssword pa$$word
    pa55word passwort motdepasse contrasena passwords mypassword thepassword yourpassword newpassword password0
    12345678 123456789 1234567890 01234567 012345678 0123456789 87654321 987654321 9876543210 0987654321 123456780
    123123123 12341234 11223344 1122334455 112233445566 12121212 123321123 123454321 12344321 1234554321
    123456654321 147258369 159357159 741852963 789456123 963852741 321654987 1qaz2wsx 1qazxsw2 1q2w3e4r 1q2w3e4r5t
    1q2w3e4r5t6y zaq12wsx zaq1xsw2 zaq1zaq1 2wsx3edc 3edc4rfv qazwsxedc qazwsx123 q1w2e3r4 q1w2e3r4t5 qwertyui
    qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyqwerty asdfghjk asdfghjkl asdfasdf asdf1234 zxcvbnm1
    zxcvbnm123 zxcvbnm, zxcvbnm,./ 1234qwer qwer1234 qwerasdf qweasdzxc qweasd123 wertyuio 12qwaszx 123qweasd
    123qwe123 qwe123qwe 1a2b3c4d a1b2c3d4 a1b2c3d4e5 a12345678 a123456789 aa123456 aa12345678 abc12345 abc123456
    abc1234567 abc123abc abcd1234 abcd12345 abcdefg1 abcdefgh abcdefghi abcabcabc aaaaaaaa 1234abcd 123456ab
    123456abc 12345678a 123456789a 12345678910 1234567891 woaini1314 woaini520 woaini521 woaini123 5201314a 52013145
    520131400 13145200 1314520a 5201314520 woaiwojia woaiwoziji nihao123 nihaonihao wangyang zhangwei wangwei123
    liuqiang iloveyou iloveyou1 iloveyou2 iloveyou! iloveyou123 ilovegod iloveme1 loveyou1 lovelove princess
    princess1 sunshine sunshine1 football football1 baseball baseball1 basketball softball superman superman1
    spiderman starwars starwars1 trustno1 whatever whatever1 computer computer1 internet internet1 samsung1 michelle
    jennifer jennifer1 jonathan danielle benjamin victoria victoria1 elizabeth alexander alexandra christian
    christina nicholas samantha veronica patricia gabriela fernando anderson mercedes corvette mustang1 maverick
    midnight michael1 charlie1 jordan23 liverpool liverpool1 manchester chelsea1 arsenal1 rockyou1 pokemon1
    pokemon123 minecraft minecraft1 dragon123 monkey123 shadow123 master123 letmein1 letmein123 letmein! welcome1
    welcome12 welcome123 welcome! welcome1! changeme changeme1 changeme123 change123 default1 default123
    administrator admin123 admin1234 admin12345 admin888 adminadmin admin@123 administrator1 root1234 root12345
    rootroot toor1234 test1234 test12345 testtest test@123 testing123 tester123 temp1234 temppass guest123 guest1234
    user1234 useruser secret12 secret123 topsecret security security1 q1w2e3r4t5y6 qazxswedc 1qaz@wsx 1qaz!qaz
    !qaz2wsx !qaz@wsx qwe!@#123 abc!@#123 qwer!@#$ asdf!@#$ summer2024 summer2025 summer2026 winter2024 winter2025
    winter2026 spring2025 spring2026 autumn2025 autumn2026 mingtan1 mingtan123 mingtan2026 mingtan1234 bbsmingtan
    helloworld hello123 hello1234 hellohello goodluck godisgood blessed1 jesus123 jesuschrist freedom1 friends1
    forever1 butterfly chocolate strawberry cheese123 cookie123 pepper123 qwertyuiop123 qwerty!@#$ 1234567a 1234567q
    123456qq 123456aa 123456asd 123456qwe a1234567 q1234567 q123456789 qq123456 qq123456789 w123456789 z123456789
    zxc123456 asd123456 asd12345 qaz123456 wang1234 zhang123 li123456 wx123456 huawei123 huawei@123 taobao123
    weixin123 beijing2008 beijing123 shanghai zhongguo zhonghua china123 chinachina
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of strings
)
