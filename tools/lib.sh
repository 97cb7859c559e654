# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What ./run, ./test, ./format and ./bench share: talking, packages, Node, the front end, the build.
# Read with `source tools/lib.sh` from the root of the tree, after `set -euo pipefail`.

readonly NODE_FROM_NPM=24.21.0 # taken when the machine has no suitable Node; Vite 8 needs >= 20.19 or >= 22.12
readonly LOGS=build/logs

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'
else
    bold='' dim='' red='' plain=''
fi

# say 中文 English: one line about what is being done.
say() { printf '%s%s%s %s%s%s\n' "$bold" "$1" "$plain" "$dim" "$2" "$plain"; }

# stop 中文 English: what could not be done and what to do; ends the script.
stop() {
    printf '%s%s%s\n%s\n' "$red" "$1" "$plain" "$2" >&2
    exit 1
}

# logged NAME COMMAND...: quiet when all is well, the end of the log when not.
logged() {
    local name=$1 log="$LOGS/$1.log"
    shift
    "$@" >"$log" 2>&1 </dev/null && return 0
    tail -n 40 "$log" >&2
    printf '%s%s: %s%s\n' "$red" "$name" "$log" "$plain" >&2
    return 1
}

prepare_folders() {
    if ! mkdir -p "$LOGS" 2>/dev/null || [ ! -w "$LOGS" ] || [ ! -w . ]; then
        stop "这里不能写：$PWD/build（可能属于另一个用户）。" \
            "Cannot write to $PWD/build; it may belong to another user. Run: sudo chown -R $(id -un) '$PWD'"
    fi
}

# The names in tools/packages.txt; lines whose comment begins with `test:` only for ./test.
package_names() {
    if [ "${1:-}" = test ]; then
        sed -e 's/#.*//' tools/packages.txt
    else
        sed -e '/#[[:space:]]*test:/d' -e 's/#.*//' tools/packages.txt
    fi | awk 'NF {print $1}'
}

missing_packages() {
    { dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true; } |
        awk '$2 == "installed" {print $1}' | sort -u |
        comm -13 - <(printf '%s\n' "$@" | sort -u)
}

# install_packages NAME...: apt-get, as root or through sudo, and only for what is missing.
install_packages() {
    local missing as_root=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "不是 Debian，不安装软件包：请自行备好 tools/packages.txt 里的内容。" \
            "Not Debian: nothing is installed; please provide what tools/packages.txt lists."
        return 0
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    missing=${missing//$'\n'/ }
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            stop "缺少软件包，而当前用户没有 sudo。请让管理员运行：apt-get install $missing" \
                "Packages are missing and this user has no sudo. Ask an administrator to run: apt-get install $missing"
        fi
        as_root=(sudo)
        [ -t 0 ] || as_root=(sudo -n)
    fi
    say "安装软件包：$missing" "installing packages"
    if [ -z "${apt_updated:-}" ]; then
        apt_updated=yes
        logged apt-update "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 update ||
            say "软件包目录没有更新成功，仍然试着安装。" "the package lists could not be refreshed; trying all the same"
    fi
    # shellcheck disable=SC2086
    logged apt-install "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        install -y -q --no-install-recommends $missing ||
        stop "没有装上：$missing。请检查网络和权限后再试，或手工运行 apt-get install。" \
            "Could not install: $missing. Check network and rights and try again, or run apt-get install by hand."
}

node_fits() {
    local version major minor
    version=$("$1" --version 2>/dev/null) || return 1
    version=${version#v} major=${version%%.*} minor=${version#*.} minor=${minor%%.*}
    [ "$major" -gt 22 ] || { [ "$major" = 22 ] && [ "$minor" -ge 12 ]; } || { [ "$major" = 20 ] && [ "$minor" -ge 19 ]; }
}

# Puts a suitable node and npm first in PATH: the machine's, or the one the npm package carries.
find_node() {
    local kind own
    if command -v npm >/dev/null && node_fits node; then
        return 0
    fi
    case $(uname -m) in
        x86_64) kind=x64 ;;
        aarch64) kind=arm64 ;;
        *) stop "没有适合这种处理器（$(uname -m)）的 Node，请自行安装 Node 20.19 以上。" \
            "No Node for this processor ($(uname -m)); please install Node 20.19 or later yourself." ;;
    esac
    own=$PWD/build/node/node_modules/node-linux-$kind/bin
    if ! node_fits "$own/node"; then
        command -v npm >/dev/null || install_packages nodejs npm
        say "取得 Node $NODE_FROM_NPM" "fetching Node $NODE_FROM_NPM"
        mkdir -p build/node
        if ! logged node npm install --prefix build/node --no-save --no-audit --no-fund --no-package-lock \
            --ignore-scripts "node-linux-$kind@$NODE_FROM_NPM" || ! node_fits "$own/node"; then
            stop "没有取得 Node $NODE_FROM_NPM。请检查网络，或自行安装 Node 20.19 以上再试。" \
                "Could not fetch Node $NODE_FROM_NPM. Check the network, or install Node 20.19 or later and try again."
        fi
    fi
    PATH=$own:$PATH
    hash -r
}

hash_of() { sha256sum | cut -c1-64; }

# The front end's packages, when the lock file or Node changed since the last time.
install_front_end() {
    local stamp=ui/node_modules/.linli-stamp want
    want=$( (node --version; cat ui/package.json ui/package-lock.json) | hash_of)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then
        return 0
    fi
    say "安装前端依赖" "installing the front end's packages"
    logged npm-ci npm --prefix ui ci --ignore-scripts --no-audit --no-fund ||
        stop "前端依赖没有装上，请检查网络后再试。" \
            "The front end's packages could not be installed; check the network and try again."
    printf '%s\n' "$want" >"$stamp"
}

# Everything the front end is built from, by content.
front_end_hash() {
    (
        node --version
        cat src/base/errors.csv
        find ui -type d \( -name node_modules -o -name dist -o -path ui/tests \) -prune -o -type f -print0 |
            sort -z | xargs -0 sha256sum
    ) | hash_of
}

build_front_end() {
    local stamp=build/ui.stamp want
    find_node
    install_front_end
    want=$(front_end_hash)
    if [ -f ui/dist/manifest.json ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then
        return 0
    fi
    say "构建网页" "building the web pages"
    rm -f "$stamp"
    logged ui-build npm --prefix ui run build ||
        stop "网页没有构建成功，见上。" "The web pages could not be built, see above."
    printf '%s\n' "$want" >"$stamp"
}

# build_program FOLDER OPTION...: meson and ninja; a folder made at another place or with other options is made anew.
build_program() {
    local folder=$1 stamp
    shift
    stamp="$PWD $*"
    if [ "$(cat "$folder/.linli-stamp" 2>/dev/null)" != "$stamp" ]; then
        rm -rf "$folder"
    fi
    if [ ! -f "$folder/build.ninja" ]; then
        logged "meson-${folder##*/}" meson setup -Db_colorout=auto "$folder" "$@" ||
            stop "构建没有配置成功，见上。" "The build could not be configured, see above."
        printf '%s\n' "$stamp" >"$folder/.linli-stamp"
    fi
    if ! ninja -C "$folder" -n 2>/dev/null | grep -q 'no work to do'; then
        say "编译 ${folder##*/}" "compiling"
    fi
    logged "ninja-${folder##*/}" ninja -C "$folder" ||
        stop "没有编译成功，见上。" "It does not compile, see above."
}

# One build at a time in a tree: a second script waits here.
lock_build() {
    exec 9>build/lock
    if ! flock -n 9; then
        say "另一个构建正在进行，等它结束。" "another build is running in this tree; waiting for it"
        flock 9
    fi
}
unlock_build() { exec 9>&-; }
