//! Network namespaces, veth pairs and the harness of the end-to-end tests.
