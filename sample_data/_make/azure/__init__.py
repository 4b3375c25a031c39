"""The company's Azure estate, as Azure Resource Manager answers about it."""
