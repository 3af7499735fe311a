package cli

import (
	"errors"
	"io/fs"
	"os"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// lintFailure gives a fault of a file, or a setting, its words and its code.
func lintFailure(err error) *failure {
	var setting *shellkit.SettingError
	var config *shellkit.ConfigError
	var file *shellkit.FileError
	var syntax *shell.SyntaxError
	var other *shellkit.NotShellError
	var internal *shellkit.InternalError
	var host *hosts.Error
	var passed *shellkit.NotLookedAtError
	switch {
	case errors.As(err, &host):
		return fail(lintSyntax, "%s", host)
	case errors.As(err, &passed):
		f := fail(lintUnreadable, "%s", passed)
		if info, err := os.Stat(passed.Name); (err != nil || !info.IsDir()) && passed.Why != hosts.ErrOtherLanguages.Error() {
			f.withHint("-s SHELL reads it as a script all the same")
		}
		return f
	case errors.As(err, &config):
		f := fail(lintUsage, "%s", config)
		if errors.As(err, &setting) && setting.Hint != "" {
			f.withHint("%s", setting.Hint)
		}
		return f
	case errors.As(err, &setting):
		f := fail(lintUsage, "lint: %s", setting)
		if setting.Hint != "" {
			f.withHint("%s", setting.Hint)
		}
		return f
	case errors.As(err, &syntax):
		return unparsed(lintSyntax, syntax)
	case errors.As(err, &other):
		return fail(lintUnreadable, "%s", other).withHint("-s SHELL reads it as a script all the same")
	case errors.As(err, &internal):
		return fail(lintUnreadable, "%s", internal).withHint("this is a fault of lockkit, please report it; the other files were checked")
	case errors.As(err, &file):
		return fail(lintUnreadable, "%s: %s", shown(file.Name), reason(file.Err))
	}
	return fail(lintUnreadable, "%s", err)
}

func badBaseline(name string, err error) error {
	var config *shellkit.ConfigError
	switch {
	case errors.As(err, &config):
		return fail(lintUsage, "%s", config)
	case errors.Is(err, fs.ErrNotExist):
		return fail(lintUsage, "lint: %s: %s", name, reason(err)).withHint("--write-baseline makes it")
	}
	return fail(lintUsage, "lint: %s: %s", name, reason(err))
}
