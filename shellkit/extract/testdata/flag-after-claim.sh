lock=/run/lock/deploy.lock
mine=
release() {
  [ -n "$mine" ] || return
:
  rmdir "$lock"
}
trap release EXIT
trap 'exit 1' HUP INT TERM
mkdir "$lock" || exit 1
mine=yes
deploy
release
report
