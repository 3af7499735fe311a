package flockcmd

import (
	"strconv"
	"strings"
)

// Place is where a lock of several machines lies: what --on names.
type Place struct {
	Text      string   // as it was given
	Endpoints []string // HOST:PORT of the members; none stands for ETCDCTL_ENDPOINTS
	TLS       bool     // etcds: never without TLS
	Folder    string   // what stands before the names of locks; may be empty
}

// etcdPort is where etcd listens for clients unless it was told otherwise.
const etcdPort = "2379"

// ReadPlace reads what --on names; the error is an *Unable.
func ReadPlace(text string) (Place, error) {
	place, wrong := parsePlace(text)
	if wrong != nil {
		return Place{}, &Unable{wrong.status, wrong.text, wrong.hint}
	}
	return place, nil
}

// parsePlace reads etcd://HOST:PORT,…[/FOLDER].
func parsePlace(text string) (Place, *failure) {
	wrong := func(why ...string) (Place, *failure) {
		f := usage("run", "--on '"+text+"': "+strings.Join(why, ""))
		f.hint = "as in --on etcd://h1:2379,h2:2379,h3:2379"
		return Place{}, f
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme != "etcd" && scheme != "etcds" {
		return wrong("only etcd:// and etcds:// are known")
	}
	if strings.ContainsAny(rest, "@?#") {
		return wrong("user and options do not stand in it; they are taken from ETCDCTL_USER and the like")
	}
	p := Place{Text: text, TLS: scheme == "etcds"}
	hosts, folder, _ := strings.Cut(rest, "/")
	if folder = strings.TrimRight(folder, "/"); folder != "" {
		p.Folder = "/" + folder
	}
	if hosts == "" {
		return p, nil
	}
	for host := range strings.SplitSeq(hosts, ",") {
		endpoint, why := hostPort(host)
		if why != "" {
			return wrong("'", host, "' is no HOST:PORT: ", why)
		}
		p.Endpoints = append(p.Endpoints, endpoint)
	}
	return p, nil
}

// hostPort gives host its port where it has none, or says why it is no host.
func hostPort(host string) (endpoint, why string) {
	name, port := host, etcdPort
	if end := strings.LastIndexByte(host, ']'); strings.HasPrefix(host, "[") && end > 0 {
		name = host[1:end]
		if rest := host[end+1:]; strings.HasPrefix(rest, ":") {
			port = rest[1:]
		} else if rest != "" {
			return "", "what follows ']' is no port"
		}
	} else if before, after, given := strings.Cut(host, ":"); given {
		name, port = before, after
	}
	if name == "" || strings.Trim(name, hostCharacters) != "" || strings.Contains(name, ":") && host[0] != '[' {
		return "", "the host is missing or has a character that no host has"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", "'" + port + "' is no port"
	}
	if host[0] == '[' {
		name = "[" + name + "]"
	}
	return name + ":" + port, ""
}

// hostCharacters are those of names, of addresses, and of addresses in brackets.
const hostCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:"
