# Shared by packaging/run and packaging/test; sourced, not run.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }

# install_packages [FILE]: installs whatever of FILE (packages.txt) this machine lacks, as root or through sudo.
install_packages() {
    local wanted missing=()
    mapfile -t wanted < <(grep -v '^#' "${1:-$root/packaging/packages.txt}")
    for package in "${wanted[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local elevate=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "these packages are missing and need root to install: ${missing[*]}" >&2
            exit 1
        }
        elevate=(sudo)
    fi
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    "${elevate[@]}" apt-get update -qq
    "${elevate[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build PRESET: configures and builds it under build/PRESET.
build() {
    say "Building ($1)"
    cmake --preset "$1" -S "$root" >/dev/null
    cmake --build "$root/build/$1"
}
