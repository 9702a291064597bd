"""Steps that bring a store from one version of the schema to the next."""
