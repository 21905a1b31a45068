#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs into a fresh prefix, then builds and runs tests/consumer against it twice: through find_package and
# through pkg-config. What works only inside the tree fails here.
set -eu
if [ ! -f "$EBB_SOURCE_DIR/runtime/ebb.h" ]; then
    echo "there is no runtime/ebb.h yet: skipped"
    exit 77
fi
work=$(mktemp -d "$EBB_BUILD_DIR/consumer.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The tree's headers must not be found by accident: nothing of ours is on the consumer's include path.
"$EBB_CMAKE" --install "$EBB_BUILD_DIR" --prefix "$work/prefix" >"$work/log" || { cat "$work/log"; exit 1; }

echo "find_package:"
"$EBB_CMAKE" -G "$EBB_GENERATOR" -S "$EBB_SOURCE_DIR/tests/consumer" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
    -DCMAKE_C_COMPILER="$EBB_CC" -DCMAKE_C_FLAGS="$EBB_CFLAGS" \
    -DCMAKE_EXE_LINKER_FLAGS="$EBB_LDFLAGS" -DCMAKE_BUILD_TYPE=None >"$work/log" 2>&1 &&
    "$EBB_CMAKE" --build "$work/build" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$work/build/consumer"

echo "pkg-config:"
package=$(dirname "$(find "$work/prefix" -name ebb.pc)")
# shellcheck disable=SC2046,SC2086  # flags are words
"$EBB_CC" $EBB_CFLAGS $EBB_LDFLAGS "$EBB_SOURCE_DIR/tests/consumer/main.c" -o "$work/consumer" \
    $(PKG_CONFIG_PATH=$package pkg-config --cflags --libs ebb)
"$work/consumer"
