# fish completion for lockkit. lockkit is asked with the words as they stand on the
# line: nothing that is typed there is ever run.

function __lockkit_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --current-token --cut-at-cursor)
    set -e words[1]
    set -l answer (command lockkit __complete $words "$current" 2>/dev/null)
    test (count $answer) -gt 0; or return

    # The last line is a colon and what the words are: 4 no file may stand there, 16 a
    # folder does. For -a=WORD fish wants the whole token.
    set -l kind (string sub --start 2 -- $answer[-1])
    set -e answer[-1]
    set -l before ''
    string match --quiet -- '-*=*' $current
    and set before (string replace --regex '=.*' '=' -- $current)
    for line in $answer
        printf '%s%s\n' $before $line
    end
    set -l path (string replace -- "$before" '' $current)
    if test (math "bitand($kind, 16)") -ne 0
        printf "$before%s\n" (__fish_complete_directories $path)
    else if test (math "bitand($kind, 4)") -eq 0; and not string match --quiet -- '-*' $path
        printf "$before%s\n" (__fish_complete_path $path)
    end
end

complete --command lockkit --no-files --arguments '(__lockkit_complete)'
