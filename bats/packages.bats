# What `make dist` hands out, made here for this machine alone of the lockkit that is
# built already. Nothing is fetched: without nfpm, which `make dist` brings, the packages
# are left out, in plain sight.
# shellcheck disable=SC2016,SC2030,SC2031 # text for other shells; bats runs each test in its own

bats_require_minimum_version 1.5.0

setup_file() {
  SOURCE=$(cd "$BATS_TEST_DIRNAME/.." && pwd) || return
  LOCKKIT=$(realpath -e "${LOCKKIT-$SOURCE/build/lockkit}") || return
  command -v go >/dev/null || skip 'no go'
  # To compress what helps to debug lockkit would cost this test a third of its time.
  if strip -o "$BATS_FILE_TMPDIR/lockkit" "$LOCKKIT" 2>/dev/null; then LOCKKIT=$BATS_FILE_TMPDIR/lockkit; fi
  HOST=$(go env GOOS)/$(go env GOARCH)
  DIST=$BATS_FILE_TMPDIR/dist
  export SOURCE LOCKKIT HOST DIST
  [[ $HOST == linux/* ]] || skip 'packages are for Linux'
  NFPM=$(nfpm) || NFPM=
  DISTER=$BATS_FILE_TMPDIR/dister
  export NFPM DISTER
  cd "$SOURCE" || return
  CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags tool -o "$DISTER" ./scripts/dist || return
  "$DISTER" -targets "$HOST" -nfpm "$NFPM" -lockkit "$LOCKKIT" "$DIST"
}

# nfpm — prints where the nfpm of `make dist` is; it is compiled where Go has its source.
nfpm() {
  local version
  version=$(sed -n 's/^NFPM_VERSION := //p' "$SOURCE/Makefile")
  if [ ! -x "$SOURCE/build/tools/nfpm-$version" ]; then
    (cd / && GOPROXY=off GOFLAGS=-buildvcs=false GOBIN=$BATS_FILE_TMPDIR/bin \
      go install "github.com/goreleaser/nfpm/v2/cmd/nfpm@$version") 2>/dev/null || return
    mkdir -p "$SOURCE/build/tools"
    mv "$BATS_FILE_TMPDIR/bin/nfpm" "$SOURCE/build/tools/nfpm-$version"
  fi
  echo "$SOURCE/build/tools/nfpm-$version"
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  root=$PWD/root
  export LOCKKIT_DIR=$PWD/locks
}

# package FORMAT — sets package to the file of that package, and ends the test where there is
# none: that can be done in the test's own shell alone
package() {
  [ -n "$NFPM" ] || skip 'no nfpm: make dist brings it'
  package=$(echo "$DIST"/*."$1")
}

# faulty FILE — a script that a first lint has something to say to
faulty() {
  printf '#!/bin/sh\nexec 9>/run/lock/job.lock\nflock -n 9\nwork\n' >"$1"
}

# has_all TREE — TREE has what a package promises below usr
has_all() {
  local file
  for file in bin/lockkit share/man/man1/lockkit.1.gz share/man/man1/with_lock.1.gz \
    share/man/man5/lockkitrc.5.gz share/man/man7/lockkit-rules.7.gz \
    share/bash-completion/completions/lockkit share/fish/vendor_completions.d/lockkit.fish lib/bats/lockkit/load.bash; do
    [ -s "$1/usr/$file" ] || {
      echo "no $file"
      return 1
    }
  done
  cmp "$1/usr/bin/lockkit" "$LOCKKIT"
  [ -x "$1/usr/bin/lockkit" ]
}

@test 'the .deb is installed with dpkg into a fresh root, used, and removed' {
  package deb
  command -v dpkg >/dev/null || skip 'no dpkg'
  [ "$(id -u)" = 0 ] || skip 'not root'
  mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers}
  : >"$root/var/lib/dpkg/status"
  dpkg --root="$root" --log=/dev/null -i "$package"
  [[ $(dpkg --root="$root" -s lockkit) = *'Status: install ok installed'* ]]
  [ -z "$(dpkg --root="$root" --verify lockkit)" ]
  has_all "$root"
  [ -s "$root/usr/share/doc/lockkit/copyright" ]
  [ -s "$root/usr/share/zsh/vendor-completions/_lockkit" ] # where zsh of Debian looks

  # There is nothing else in that root, not even a shell.
  faulty "$root/job"
  run -1 chroot "$root" /usr/bin/lockkit lint /job
  [[ $output = *LK201* ]]
  run -0 chroot "$root" /usr/bin/lockkit run /data.lock -- /usr/bin/lockkit -V
  [ "$output" = "$("$LOCKKIT" -V)" ]

  dpkg --root="$root" --log=/dev/null -r lockkit
  [ -z "$(find "$root/usr" -type f)" ]
}

@test 'an installed bash finds the builtins, the completion and the page' {
  mkdir -p "$root"
  package deb
  command -v dpkg-deb >/dev/null || skip 'no dpkg-deb'
  dpkg-deb -x "$package" "$root"
  PATH=$root/usr/bin:$PATH
  if [ -e "$root/usr/lib/lockkit/lockkit.so" ]; then
    run -0 bash -c 'eval "$(lockkit init bash)"; type -t __lockkit_enter; with_lock -n ./x echo locked'
    [ "$output" = $'builtin\nlocked' ]
  fi
  run -0 bash -c 'source "$1"; complete -p lockkit' bash "$root/usr/share/bash-completion/completions/lockkit"
  if command -v man >/dev/null; then
    run -0 man -P cat -M "$root/usr/share/man" with_lock
    [[ $output = *'run a command, a function or a builtin while a lock is held'* ]]
  fi
}

@test 'the .rpm is whole and has the same files' {
  package rpm
  command -v rpm >/dev/null && command -v cpio >/dev/null || skip 'no rpm, or no cpio'
  run -0 rpm -K --nosignature "$package"
  [ "$(rpm -qp --nosignature --qf '%{NAME} %{LICENSE} %{OS}' "$package")" = 'lockkit MIT linux' ]
  mkdir "$root"
  (cd "$root" && rpm2cpio "$package" | cpio -idm --quiet --no-absolute-filenames 2>/dev/null)
  has_all "$root"
  diff <(rpm -qlp --nosignature "$package" | sort) <(cd "$root" && find . -type f | cut -c2- | sort)
}

@test 'the .apk is whole, and its builtins are for musl' {
  package apk
  mkdir "$root"
  tar -C "$root" --warning=no-unknown-keyword -xzf "$package"
  has_all "$root"
  grep -qx 'pkgname = lockkit' "$root/.PKGINFO"
  # A version that apk can compare, and a description of one line.
  grep -qxE 'pkgver = [0-9]+(\.[0-9]+)*(_(alpha|beta|pre|rc)[0-9]*)?-r[0-9]+' "$root/.PKGINFO"
  run ! grep -v '^[a-z]* = ' "$root/.PKGINFO"
  if [ -e "$root/usr/lib/lockkit/lockkit.so" ] && command -v readelf >/dev/null; then
    [[ $(readelf -d "$root/usr/lib/lockkit/lockkit.so") != *libc.so.6* ]]
  fi
}

@test 'the archive stands alone: busybox, and no flock' {
  command -v busybox >/dev/null || skip 'no busybox'
  (cd "$DIST" && sha256sum --quiet -c SHA256SUMS)
  tar -xzf "$DIST"/*-"${HOST/\//-}".tar.gz --strip-components=1 --one-top-level="$root"
  cmp "$root/bin/lockkit" "$LOCKKIT"
  # On its PATH is lockkit and nothing else.
  run -0 env -i PATH="$root/bin" LOCKKIT_DIR="$LOCKKIT_DIR" "$(command -v busybox)" sh -c '
    eval "$(lockkit init sh)"
    with_lock -n nightly echo locked'
  [ "$output" = locked ]
  faulty job
  run -1 "$root/bin/lockkit" lint job
  [[ $output = *LK201* ]]
}

@test 'make install puts the same files below PREFIX' {
  DESTDIR=$root PREFIX=/usr "$SOURCE/scripts/install"
  tar -xzf "$DIST"/*-"${HOST/\//-}".tar.gz --strip-components=1 --one-top-level="$PWD/archive"
  list() { (cd "$1" && find bin share lib/bats -type f ! -path '*/doc/*' | sort); }
  diff <(list archive) <(list root/usr)
  diff archive/share/man/man1/with_lock.1 root/usr/share/man/man1/with_lock.1
}

@test 'the SBOM names every module that is in the binary' {
  bom=$(echo "$DIST"/*.cdx.json)
  diff <(jq -r '.components[] | select(.name != "std") | .name + " " + .version' "$bom" | sort) \
    <(go version -m "$LOCKKIT" | awk '$1 == "dep" { print $2, $3 }' | sort)
  [ "$(jq -r '.metadata.component.hashes[0].content' "$bom")" = "$(sha256sum <"$LOCKKIT" | cut -d' ' -f1)" ]
  jq -e '.bomFormat == "CycloneDX" and (.serialNumber | test("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))' "$bom"
}

@test 'the same commit gives the same bytes' {
  # A small program takes the place of lockkit, which compresses slowly.
  printf 'package main\n\nfunc main() {}\n' >main.go
  printf 'module small\n' >go.mod
  go build -trimpath -o small . || return
  small=$PWD/small
  cd "$SOURCE" || return
  (umask 022 && SOURCE_DATE_EPOCH=1700000000 "$DISTER" -targets "$HOST" -nfpm "$NFPM" -lockkit "$small" "$OLDPWD/one")
  (umask 077 && SOURCE_DATE_EPOCH=1700000000 TZ=Asia/Tokyo TMPDIR=$OLDPWD "$DISTER" -targets "$HOST" -nfpm "$NFPM" -lockkit "$small" "$OLDPWD/other")
  diff -r "$OLDPWD/one" "$OLDPWD/other"
  [ -s "$OLDPWD/one/SHA256SUMS" ]
  gzip -t "$OLDPWD"/one/*-source.tar.gz
}

@test 'the recipes name the archive of the source by its checksums' {
  [ -e "$DIST/APKBUILD" ] || skip 'lockkit was built of files that are in no commit'
  source=$(echo "$DIST"/*-source.tar.gz)
  sha256=$(sha256sum <"$source") sha512=$(sha512sum <"$source")
  [[ $(<"$DIST/lockkit.rb") == *"sha256 \"${sha256%% *}\""* ]]
  # An APKBUILD is read by sh, and says where its source is by what it has set before.
  run -0 env srcdir=/src sh -euc '. "$1"; echo "$pkgname $pkgver"; echo "$sha512sums"; echo "${source##*/}"' sh "$DIST/APKBUILD"
  [[ $output == "lockkit "[0-9]*"${sha512%% *}"*"${source##*/}" ]]
  run ! grep '@[A-Z0-9]*@' "$DIST/APKBUILD" "$DIST/lockkit.rb"
  # Below the folder that they expect lies what they call.
  name=$(basename "$source" -source.tar.gz)
  tar -tzf "$source" "$name/Makefile" "$name/scripts/install" "$name/cmd/lockkit/main.go"
}
