package machine

import (
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// path is the index of the protocol's path that a value names. Equal keys are one path. A
// relative name is one in the folder that the shell has gone to; as long as it has gone
// nowhere, it is the same name as $PWD/name.
func (m *machine) path(v Value, s *State) int {
	v = placed(v, s)
	key := pathKey(v)
	if i, ok := m.paths[key]; ok {
		return i
	}
	i := len(m.p.Paths)
	m.paths[key] = i
	m.p.Paths = append(m.p.Paths, protocol.Path{
		Text: pathText(v), Private: v.Private, Inside: v.Inside, Self: key == scriptKey, Opaque: !v.Known,
		Input: givenIn(key), Varies: strings.Contains(key, mark+"one of@"),
	})
	return i
}

// scriptKey is the key of $0, and folderKey that of the folder in which the script began.
const (
	scriptKey = mark + "0" + mark
	folderKey = mark + "PWD" + mark
)

// placed is a name as it is called from where the script began.
func placed(v Value, s *State) Value {
	if s == nil || s.cwd.Key == "" || s.cwd.Key == folderKey || !isRelativeName(v) {
		return v
	}
	if v.Known {
		text := path.Clean(v.Text)
		if text == "." {
			return s.cwd
		}
		if s.cwd.Known {
			return Literal(path.Clean(s.cwd.Text + "/" + text))
		}
		v = v.withText(text)
	}
	return s.cwd.with(Literal("/")).with(v)
}

// withText is a known value whose text is another one.
func (v Value) withText(text string) Value {
	v.Text, v.Key = text, text
	return v
}

// isRelativeName tells whether a name hangs on the working directory. One that begins with
// what the script does not fix is taken for a whole one, but for the last part of another.
func isRelativeName(v Value) bool {
	if strings.HasPrefix(v.Key, mark+lastPart+"(") {
		return true
	}
	return v.Key != "" && v.Key[0] != '/' && v.Key[0] != mark[0]
}

// pathKey is what two values have in common that name the same file.
func pathKey(v Value) string {
	if v.Known {
		if v.Text == "" {
			return ""
		}
		return path.Clean(v.Text)
	}
	key := tidied(unwrapped(v.Key))
	if key == folderKey {
		return "."
	}
	if rest, below := strings.CutPrefix(key, folderKey+"/"); below {
		if !strings.Contains(rest, mark) {
			rest = path.Clean(rest)
		}
		return rest
	}
	return key
}

// pathText is a path as a person would write it.
func pathText(v Value) string {
	if v.Known && v.Text != "" {
		return path.Clean(v.Text)
	}
	return v.Text
}

// A same name is what names the same file as another value, and may have another text:
// what readlink -f prints. Its key has that of the other one in it.
const (
	sameBegins = mark + sameName + "("
	sameName   = "same"
	sameEnds   = "\x01)" + mark
	lastPart   = "last part"
)

// namesSame is a value that names the file that another value names.
func namesSame(v Value, text string) Value {
	w := derived(text, sameName, v)
	w.Fresh, w.Inside, w.Filled = v.Fresh, v.Inside, true
	return w
}

// unwrapped is a key in which what only names the same file is what it names.
func unwrapped(key string) string {
	for {
		from := strings.LastIndex(key, sameBegins)
		if from < 0 {
			return key
		}
		inner := key[from+len(sameBegins):]
		to := strings.Index(inner, sameEnds)
		if to < 0 {
			return key
		}
		key = key[:from] + inner[:to] + inner[to+len(sameEnds):]
	}
}

// tidied is the key of a path without slashes that mean nothing. What stands between two
// marks is no text.
func tidied(key string) string {
	parts := strings.Split(key, mark)
	for i := 0; i < len(parts); i += 2 {
		for strings.Contains(parts[i], "//") {
			parts[i] = strings.ReplaceAll(parts[i], "//", "/")
		}
		for strings.Contains(parts[i], "/./") {
			parts[i] = strings.ReplaceAll(parts[i], "/./", "/")
		}
	}
	if last := len(parts) - 1; last > 0 && len(parts)%2 == 1 {
		parts[last] = strings.TrimSuffix(parts[last], "/.")
		parts[last] = strings.TrimSuffix(parts[last], "/")
	}
	return strings.Join(parts, mark)
}

// givenIn spells the key of a path so that one sees what every run is given for itself, its
// arguments and variables of the environment. It is "" where the key has nothing of that.
func givenIn(key string) string {
	parts := strings.Split(oneOfAll().ReplaceAllString(key, mark+"$1"+mark), mark)
	if len(parts)%2 == 0 {
		return ""
	}
	found := false
	for i := 1; i < len(parts); i += 2 {
		if isGivenName(parts[i]) {
			parts[i], found = "${"+parts[i]+"}", true
		} else {
			parts[i] = mark + parts[i] + mark
		}
	}
	if !found {
		return ""
	}
	return strings.Join(parts, "")
}

// oneOfAll is the key of a parameter, which is made of all of them.
var oneOfAll = regex.Of("\x00\\$([0-9]+)\\(\x00@\x00\x01\\)\x00")

// isGivenName tells of a parameter, and of a variable that comes from the environment.
func isGivenName(id string) bool {
	if shell.IsParameter(id) {
		return id != "0"
	}
	return isName(id) && strings.ToUpper(id) == id && !setByShell(id)
}

var shellVariables = shell.SetOf(`HOME USER LOGNAME PATH SHELL PWD OLDPWD TERM LANG LANGUAGE TZ EDITOR VISUAL PAGER DISPLAY MAIL MAILTO HOSTNAME HOST
	HOSTTYPE MACHTYPE OSTYPE VENDOR CPUTYPE UID EUID GID EGID GROUPS USERNAME PPID RANDOM SRANDOM SECONDS LINENO OPTIND OPTARG OPTERR IFS PS1 PS2 PS3
	PS4 COLUMNS LINES SHLVL SHELLOPTS TMPDIR TMP TEMP TEMPDIR CI DEBUG DIRSTACK PIPESTATUS REPLY FUNCNAME FUNCNEST EPOCHSECONDS EPOCHREALTIME
	INVOCATION_ID JOURNAL_STREAM MAINPID MANAGERPID NOTIFY_SOCKET WATCHDOG_USEC ENV FPATH CDPATH HISTFILE HISTSIZE MANPATH TTY COPROC TRY_BLOCK_ERROR _`)

// setByShell tells of variables that the shell, login or a service manager sets.
func setByShell(name string) bool {
	for _, prefix := range []string{"BASH", "ZSH", "KSH", "LC_", "XDG_", "SSH_", "SUDO_", "GITHUB_", "CI_", "COMP_", "SYSTEMD_", "DBUS_", "BATS_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return shellVariables[name]
}
