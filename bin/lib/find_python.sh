# Sets $python to a Python 3.11 or newer that can make virtual environments; sourced by bin/*.
# $project is the project's folder.

can_make_environments() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  for candidate in "$project/.venv/bin/python" python3 python3.13 python3.12 python3.11; do
    if can_make_environments "$candidate"; then
      python=$candidate
      return 0
    fi
  done
  return 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_python() {
  command -v apt-get >/dev/null || return 1
  as_root apt-get update -qq >/dev/null 2>&1 &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null 2>&1
}

if ! find_python; then
  install_python || true
  if ! find_python; then
    echo "Planwright needs Python 3.11 or newer with the venv module (on Debian and Ubuntu: python3 and python3-venv)." >&2
    exit 1
  fi
fi
