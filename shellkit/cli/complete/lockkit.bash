# bash completion for lockkit; needs bash 3.2 or later and nothing else.
#
# lockkit is asked with the words as they stand on the line: nothing that is typed
# there is ever run.

# Usage: __lockkit_complete — sets COMPREPLY from COMP_LINE and COMP_POINT.
__lockkit_complete() {
  local IFS=$' \t\n' words=() cur
  __lockkit_words
  cur=${words[${#words[@]} - 1]}
  [[ $cur == -*=* ]] && cur=${cur#*=}

  local answer=() line
  while IFS= read -r line; do
    answer+=("$line")
  done < <(__lockkit_ask "${words[@]}")
  ((${#answer[@]})) || return 0

  # The last line is a colon and what the words are: 2 no blank follows, 4 no file may
  # stand there, 16 a folder does.
  local kind=${answer[${#answer[@]} - 1]#:} word longest=0 keep=()
  unset "answer[${#answer[@]}-1]"
  for line in ${answer[@]+"${answer[@]}"}; do
    word=${line%%$'\t'*}
    [[ $word == "$cur"* ]] || continue
    keep+=("$line")
    ((${#word} > longest)) && longest=${#word}
  done
  COMPREPLY=()
  case ${COMP_TYPE-9} in
    33 | 63 | 64) ((${#keep[@]} > 1)) || longest=0 ;; # these show a list
    *) longest=0 ;;
  esac
  for line in ${keep[@]+"${keep[@]}"}; do
    word=${line%%$'\t'*}
    if ((longest)) && [[ $line == *$'\t'* ]]; then
      printf -v line '%-*s  (%s)' "$longest" "$word" "${line#*$'\t'}"
      COMPREPLY+=("${line:0:${COLUMNS:-80}-1}")
    else
      COMPREPLY+=("$word") # in none of them is a character at which bash takes words apart
    fi
  done
  # bash 3.2 has no compopt, and offers files where it should not.
  if ((kind & 16)); then
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$cur")
    type compopt >/dev/null 2>&1 && compopt -o filenames
  elif ((kind & 4)); then
    type compopt >/dev/null 2>&1 && compopt +o default
  fi
  ((kind & 2)) && type compopt >/dev/null 2>&1 && compopt -o nospace
  return 0
}

# Usage: __lockkit_words — sets words to those up to the cursor. bash takes words apart
# at the characters of COMP_WORDBREAKS; they are put together again.
__lockkit_words() {
  local rest=${COMP_LINE:0:COMP_POINT} i piece
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if ((i == 0)) || [[ $rest == [[:blank:]]* ]]; then
      rest=${rest#"${rest%%[![:blank:]]*}"}
      words+=('')
    fi
    ((i == COMP_CWORD)) && piece=$rest
    words[${#words[@]} - 1]+=$piece
    rest=${rest#"$piece"}
  done
}

# Usage: __lockkit_ask WORD... — lets the command that was typed answer, or the lockkit
# on PATH where that is no program.
__lockkit_ask() {
  local program=${1/#\~\//$HOME/}
  shift
  type -P "$program" >/dev/null || program=lockkit
  command "$program" __complete "$@" 2>/dev/null
}

complete -o bashdefault -o default -F __lockkit_complete lockkit
