#compdef lockkit
# zsh completion for lockkit. lockkit is asked with the words as they stand on the
# line: nothing that is typed there is ever run.

_lockkit() {
  local -a asked answer list
  local line word about
  asked=("${(@)words[2,CURRENT-1]}" "$PREFIX")
  answer=("${(@f)$(command lockkit __complete "${asked[@]}" 2>/dev/null)}")

  # The last line is a colon and what the words are: 2 no blank follows, 4 no file may
  # stand there, 16 a folder does.
  local -i kind=${answer[-1]#:}
  answer[-1]=()
  [[ $PREFIX == -*=* ]] && compset -P '*='
  for line in "${answer[@]}"; do
    [[ -n $line ]] || continue
    word=${line%%$'\t'*} about=
    [[ $line == *$'\t'* ]] && about=:${line#*$'\t'}
    list+=("${word//:/\\:}$about")
  done

  local -a options
  ((kind & 2)) && options=(-S '')
  local -i none=1
  ((${#list})) && _describe -V lockkit list "${options[@]}" && none=0
  if ((kind & 16)); then
    _files -/ && none=0
  elif ! ((kind & 4)) && [[ $PREFIX != -* ]]; then
    _files && none=0
  fi
  return none
}

# As a file of $fpath this is the function itself; sourced, it only has to be known.
if [[ ${funcstack[1]-} == _lockkit ]]; then
  _lockkit "$@"
else
  compdef _lockkit lockkit
fi
