package extract

import (
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A file that is sourced and is not there may be a library, which defines what is called,
// or settings, which give values to variables. Which of both it is, only what it is called
// can tell: a reader who meets . /etc/default/x and then pg_dump reads on, and says that
// he has not seen the file. So settings blind what variables hold, and no commands, unless
// these are called as something that takes or gives up a lock; and a note says it.

// settingsEnds are how such files end, and settingsFolders are where they are kept.
var (
	settingsEnds    = shell.SetOf(`.conf .cfg .cnf .config .env .ini .settings .vars .properties .defaults .options`)
	settingsFolders = shell.SetOf(`/etc/default /etc/sysconfig /etc/conf.d`)
	settingsNames   = shell.SetOf(`config .env env environment settings defaults profile .profile .bash_profile .bash_login .zprofile .zshenv os-release lsb-release`)
)

// isSettings tells whether a file is called as settings are.
func isSettings(name string) bool {
	base := path.Base(name)
	switch ext := path.Ext(base); {
	case strings.ContainsAny(base, "$`*?"):
		return false
	case settingsEnds[ext], settingsNames[base], settingsFolders[path.Dir(name)] && (ext == "" || ext == base):
		return true
	case base == "activate": // of an environment of python
		return path.Base(path.Dir(name)) == "bin"
	}
	return strings.HasPrefix(base, ".") && strings.HasSuffix(base, "rc") || path.Dir(name) == "/etc" && strings.HasSuffix(base, "rc")
}

// settledBySettings gives the calls of what is defined nowhere their fate where nothing but
// settings was not read.
func (x *walker) settledBySettings() {
	seen := map[string]bool{}
	for _, s := range x.marks.calls {
		if _, defined := x.funcs[s.what]; defined || seen[s.what] || s.behind != "" {
			continue
		}
		seen[s.what] = true
		x.fated(protocol.Site{What: s.what, Call: true, Fate: protocol.NoLock, Span: s.span, Why: x.marks.settings[0] + " was not read, and is called as settings are, which define no commands"})
	}
}
