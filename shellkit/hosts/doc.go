// Package hosts finds the shell that stands in other files: a crontab, a unit of systemd,
// a workflow, a Dockerfile, a Makefile. Each of its texts is a script of its own, in the
// shell that its host runs; [Text] knows where each byte of it stands in the host.
//
// A host is known by its name, or by its name and its first bytes ([Sniff]); only then is
// it read ([Read]). What a host would do with a text before a shell sees it is done here:
// quotes and escapes are taken away, and what only the host knows ($(CC), ${{ secrets.X }},
// %i) becomes a variable of which nothing is known, or its value where the host has it.
package hosts
