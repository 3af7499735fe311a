package main

import (
	"math/rand/v2"
	"strings"
	"syscall"
	"time"
)

// faults are all that we do.
func (a *arena) faults() []fault {
	return []fault{
		{"leader killed", a.killLeader},
		{"member cut off", func() { a.cutFor(memberNames[rand.IntN(3)], 2*faultTTL) }},
		{"leader cut off", func() { a.cutFor(a.leader(), 2*faultTTL) }},
		{"member parted from the others alone", a.partMember},
		{"leader stopped", a.stopLeader},
		{"machine cut off", a.cutHolder},
		{"machine cut off for a moment", func() { a.cutFor(hostNames[rand.IntN(3)], faultTTL/3) }},
		{"clock ahead", func() { a.jump(time.Minute) }},
		{"clock back", func() { a.jump(-40 * time.Second) }},
		{"holder stopped", func() { a.stopProcesses("holder stopped", true, false) }},
		{"guard stopped", func() { a.stopProcesses("guard stopped", false, true) }},
		{"both stopped", func() { a.stopProcesses("both stopped", true, true) }},
		{"holder killed", func() { a.killProcesses("holder killed", true, false) }},
		{"guard killed", func() { a.killProcesses("guard killed", false, true) }},
		{"both killed", func() { a.killProcesses("both killed", true, true) }},
		{"worker killed", a.killWorker},
	}
}

// leader is the member that leads, or any where none says so.
func (a *arena) leader() string {
	for _, m := range memberNames {
		words := append(a.net.in(m), "env", "ETCDCTL_API=3", "timeout", "2", "etcdctl", "--endpoints", address(m)+":2379", "endpoint", "status")
		out, _ := commandOutput(words)
		if fields := strings.Split(out, ", "); len(fields) > 4 && fields[4] == "true" {
			return m
		}
	}
	return memberNames[rand.IntN(3)]
}

func (a *arena) process(name string) *memberProcess {
	for _, m := range a.cluster.members {
		if m.name == name {
			return m
		}
	}
	return nil
}

func (a *arena) killLeader() {
	m := a.process(a.leader())
	a.cluster.killMember(m)
	time.Sleep(faultTTL)
	a.cluster.startMember(m)
}

func (a *arena) stopLeader() {
	m := a.process(a.leader())
	m.process.Process.Signal(syscall.SIGSTOP)
	time.Sleep(2 * faultTTL)
	m.process.Process.Signal(syscall.SIGCONT)
}

func (a *arena) cutFor(machine string, long time.Duration) {
	a.net.cut(machine)
	time.Sleep(long)
	a.net.heal(machine)
}

// partMember keeps a member from the others; its clients still reach it.
func (a *arena) partMember() {
	m := memberNames[rand.IntN(3)]
	for _, other := range memberNames {
		if other != m {
			a.net.part(m, address(other))
		}
	}
	time.Sleep(2 * faultTTL)
	for _, other := range memberNames {
		if other != m {
			a.net.join(m, address(other))
		}
	}
}

func (a *arena) cutHolder() {
	host := hostNames[rand.IntN(3)]
	if s := a.present(); s != nil {
		host = s.host
	}
	a.cutFor(host, 2*faultTTL)
}

func (a *arena) jump(by time.Duration) {
	host := hostNames[rand.IntN(3)]
	if s := a.present(); s != nil {
		host = s.host
	}
	a.setClock(host, by)
}

func (a *arena) stopProcesses(what string, holder, guard bool) {
	s := a.present()
	if s == nil {
		return
	}
	a.strike(s, what, holder && guard)
	var pids []int
	if holder {
		pids = append(pids, s.holder)
	}
	if guard {
		pids = append(pids, s.guard)
	}
	if holder && guard { // as when a machine stands still
		pids = append(pids, s.worker)
	}
	send(syscall.SIGSTOP, pids...)
	time.Sleep(3 * faultTTL)
	send(syscall.SIGCONT, pids...)
}

func (a *arena) killProcesses(what string, holder, guard bool) {
	s := a.present()
	if s == nil {
		return
	}
	a.strike(s, what, holder && guard)
	if holder {
		send(syscall.SIGKILL, s.holder)
	}
	if guard {
		send(syscall.SIGKILL, s.guard)
	}
	time.Sleep(faultTTL + faultTTL/2)
}

func (a *arena) killWorker() {
	if s := a.present(); s != nil {
		send(syscall.SIGKILL, s.worker)
	}
}
