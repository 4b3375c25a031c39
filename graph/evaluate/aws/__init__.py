"""AWS IAM policy evaluation: parse policy documents, match statements, and combine the layers into one decision.

Input: policy documents as JSON objects, a principal, an action, a resource. Output: ``graph.decision.Decision``.
Not handled: anything that needs the network; see the list at the top of ``authorize``.
"""
