# scripts/torture for a few seconds, so that it works when it is needed. The real
# thing is `make torture`.

setup() {
  root=$BATS_TEST_DIRNAME/..
  [ -x "$root/build/lockkit" ] || skip 'build/lockkit is not there'
}

@test '2.2, 3.2: a short torture finds nothing' {
  TORTURE=4 run "$root/scripts/torture"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *'overlaps          0'* ]]
  [[ $output != *'sections entered  0'* ]]
}

@test '2.2, 3.2: a short torture catches each broken function and a lawless remover' {
  TORTURE=10 run "$root/scripts/torture" --failsafe
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(grep -c '^failsafe:' <<<"$output")" -eq 5 ]
}
