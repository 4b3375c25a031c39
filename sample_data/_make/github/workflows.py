"""Workflow files of the sample organization.

Input: none. Output: their text. Not handled: whether they would do anything useful.
"""

from __future__ import annotations

__all__ = ["assume_role", "BUILD_ON_PULL_REQUEST", "DEPLOY_SHOP", "DOCS", "NIGHTLY_UPLOAD", "PREVIEW"]

_CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8"
_AWS = "aws-actions/configure-aws-credentials@a03048d87541d1d9fcf2ecf528a4a65ba9bd7838"
_LOGIN = "azure/login@a457da9ea143d694b1b9c7c869ebb04ebe844ef5"


def assume_role(name: str, trigger: str, role: str, command: str, environment: str = "") -> str:
    """Return a workflow whose only job enters a role of AWS with its token, and runs a command."""
    where = f"    environment: {environment}\n" if environment else ""
    return (
        f"name: {name}\non:\n  {trigger}\npermissions:\n  id-token: write\n  contents: read\njobs:\n  run:\n"
        f"    runs-on: ubuntu-24.04\n{where}    steps:\n      - uses: {_CHECKOUT}\n      - uses: {_AWS}\n"
        f"        with:\n          role-to-assume: {role}\n          aws-region: eu-central-1\n      - run: {command}\n"
    )


DEPLOY_SHOP = f"""name: deploy
on:
  push:
    branches: [main]
permissions:
  id-token: write
  contents: read
jobs:
  aws:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - uses: {_CHECKOUT}
      - uses: {_AWS}
        with:
          role-to-assume: arn:aws:iam::222233334444:role/ci/gha-shop-release
          aws-region: eu-central-1
      - run: make release
        env:
          NPM_READ_TOKEN: ${{{{ secrets.NPM_READ_TOKEN }}}}
          PAYMENT_SANDBOX_KEY: ${{{{ secrets.PAYMENT_SANDBOX_KEY }}}}
  azure:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - uses: {_CHECKOUT}
      - uses: {_LOGIN}
        with:
          client-id: ${{{{ vars.AZURE_CLIENT_ID }}}}
          tenant-id: ${{{{ vars.AZURE_TENANT_ID }}}}
          subscription-id: ${{{{ vars.AZURE_SUBSCRIPTION_ID }}}}
      - run: make release-batch
"""

PREVIEW = """name: preview
on:
  pull_request_target:
    types: [opened, synchronize]
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: npm ci && npm run build
      - run: ./publish-preview
        env:
          TOKEN: ${{ secrets.PREVIEW_TOKEN }}
"""

BUILD_ON_PULL_REQUEST = f"""name: ci
on:
  pull_request:
permissions:
  contents: read
jobs:
  build:
    runs-on: [self-hosted, build]
    steps:
      - uses: {_CHECKOUT}
      - run: npm ci && npm test
"""

DOCS = f"""name: docs
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-24.04
    steps:
      - uses: {_CHECKOUT}
      - run: make check
"""

NIGHTLY_UPLOAD = f"""name: nightly
on:
  schedule:
    - cron: "10 3 * * *"
permissions:
  contents: read
jobs:
  upload:
    runs-on: [self-hosted, build]
    steps:
      - uses: {_CHECKOUT}
      - run: make labels
      - uses: parcel-tools/s3-upload@v3
        env:
          AWS_ACCESS_KEY_ID: ${{{{ secrets.AWS_ACCESS_KEY_ID }}}}
          AWS_SECRET_ACCESS_KEY: ${{{{ secrets.AWS_SECRET_ACCESS_KEY }}}}
        with:
          bucket: nordlicht-prod-labels
"""
