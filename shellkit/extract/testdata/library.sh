# Sourced by others: nobody here calls these.
lock_dir=/run/lock/app
take() {
  mkdir "$lock_dir" 2>/dev/null || return 1
}
give() {
  rmdir "$lock_dir"
}
