"""Small worlds in code: builders that write vendor-native evidence, and a view of the edges that come of it."""
