"""What is provable: the register, the signatures under official posts, and what checks them."""
