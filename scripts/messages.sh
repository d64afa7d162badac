#!/usr/bin/env bash
# Brings bangfu/locale up to date: reads the sentences out of code and templates, keeps what is
# translated, compiles the rest beside it, and says which sentences want a translation.
#
# usage: scripts/messages.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DJANGO_SETTINGS_MODULE=bangfu.config.settings
PATH=$PWD/.venv/bin:$PATH python -m tests.desk.catalogue
