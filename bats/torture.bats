# scripts/torture for a few seconds, so that it works when it is needed. The real
# thing is `make torture`.

setup() {
  root=$BATS_TEST_DIRNAME/..
  [ -x "$root/build/lockkit" ] || skip 'build/lockkit is not there'
}

@test '2.2, 3.2: a short torture finds nothing' {
  CONTENDERS=16 run "$root/scripts/torture" --sections 60
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *'overlaps          0'* ]]
  [[ $output != *'sections entered  0'* ]]
}

@test '2.2, 3.2: a short torture catches each broken function and a lawless remover' {
  CONTENDERS=16 run "$root/scripts/torture" --failsafe --sections 5000
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(grep -c '^failsafe:' <<<"$output")" -eq 5 ]
}
