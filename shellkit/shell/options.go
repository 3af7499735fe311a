package shell

import (
	"slices"
	"strings"
)

// The names that set -o knows, as far as a shell tells them exactly. Each list is what the
// real shell prints on Debian 12; the tests ask again.
const (
	bashOptions = `allexport braceexpand emacs errexit errtrace functrace hashall histexpand history ignoreeof interactive-comments keyword monitor
	noclobber noexec noglob nolog notify nounset onecmd physical pipefail posix privileged verbose vi xtrace`
	dashOptions = `allexport debug emacs errexit ignoreeof interactive monitor noclobber noexec noglob nolog notify nounset privileged stdin verbose vi xtrace`
	ashOptions  = `allexport errexit errtrace ignoreeof monitor noclobber noexec noglob notify nounset pipefail verbose vi xtrace`
	mkshOptions = `allexport asis bgnice braceexpand emacs errexit gmacs ignoreeof inherit-xtrace interactive keyword login markdirs monitor noclobber noexec
		noglob nohup nolog notify nounset physical pipefail posix privileged restricted sh stdin trackall utf8-mode verbose vi vi-esccomplete vi-tabcomplete viraw xtrace`
)

// LacksOption tells whether set -o refuses a name in the shell. Of those that read a name
// in more than one way, and of sh, which may be any, nothing is said.
func (d *Dialect) LacksOption(name string) bool {
	return d.options != "" && !slices.Contains(strings.Fields(d.options), name)
}
