#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# replay.sh REPLAYER CORPUS: runs every kept input of a fuzzer once; 77 where none is kept yet.
set -eu
replayer=$1 corpus=$2
folders=()
for folder in "$corpus/seed" "$corpus/found"; do
    if [ -d "$folder" ] && [ -n "$(ls -A "$folder")" ]; then folders+=("$folder"); fi
done
if [ ${#folders[@]} -eq 0 ]; then
    echo "no inputs in $corpus yet: skipped"
    exit 77
fi
exec "$replayer" "${folders[@]}"
