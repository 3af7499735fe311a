/* SPDX-License-Identifier: MIT
 *
 * lockkit.so: lock_fd, unlock and the first half of with_lock as builtins of
 * bash 3.2 to 5.3, without a fork. Build: cc -shared -fPIC -O2 -o lockkit.so
 * lockkit.c (add -lrt before glibc 2.34); load: enable -f ./lockkit.so NAME...
 *
 *   lock_fd, unlock          as in CONTRACT 3
 *   __lockkit_enter ARG...   takes with_lock's words and the lock; sets
 *                            __lockkit_fd (the descriptor that holds it, from
 *                            10 up), __lockkit_free_fd (the next that is free),
 *                            __lockkit_words (how many words stand before
 *                            COMMAND), __lockkit_close and __lockkit_keep (1
 *                            with -o and -k, else empty)
 *   __lockkit_loadable [V]   0 when this file speaks version V; prints it
 *                            without V. Whoever loads the others asks first.
 *
 * What is promised everywhere below: a status of 0 means that the descriptor
 * holds the lock of the inode that LOCK names; with any other status no
 * descriptor is left open and no lock is left held.
 *
 * bash's headers are not used. What is declared by hand here has had the same
 * shape in every release from 3.2 to 5.3 (builtins.h, command.h, variables.h).
 */

#define _GNU_SOURCE 1

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define LOADABLE_VERSION "3" /* goes up when the shell side must change too */

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif
#if defined(_POSIX_TIMERS) && _POSIX_TIMERS > 0 && !defined(LOCKKIT_POLL)
#define HAVE_TIMERS 1
#else
#define HAVE_TIMERS 0
#endif

/* ---- bash ---- */

typedef struct word_desc {
	char *word;
	int flags;
} WORD_DESC;

typedef struct word_list {
	struct word_list *next;
	WORD_DESC *word;
} WORD_LIST;

struct builtin {
	char *name;
	int (*function)(WORD_LIST *);
	int flags;
	char *const *long_doc;
	const char *short_doc;
	char *handle;
};

enum { BUILTIN_ENABLED = 1 };

extern void *bind_variable(const char *name, char *value, int flags);
extern char *get_string_value(const char *name);
extern char *dollar_vars[];
extern volatile int interrupt_state;
extern volatile int terminating_signal __attribute__((weak)); /* not in 3.2 */
extern volatile int pending_traps[]; /* how often each signal came, till its trap runs */
extern int first_pending_trap(void) __attribute__((weak)); /* from 4.3 */
extern int parse_and_execute_level;

/* ---- statuses and what the user reads ---- */

enum {
	BUSY = 75,
	USAGE = 64,
	BAD_DESCRIPTOR = 65,
	CANNOT_OPEN = 66,
	NO_ENGINE = 69,
	FOR_EVER = 70,
	FAILED = 71,
	CANNOT_CREATE = 73,
	SIGNALLED = 128
};

/* One line on standard error in one write, nothing unprintable in it. */
static void say(const char *format, ...)
{
	char line[PATH_MAX + 512] = "lockkit: ";
	size_t used = strlen(line);
	va_list args;

	va_start(args, format);
	vsnprintf(line + used, sizeof line - used - 1, format, args);
	va_end(args);
	for (used = 0; line[used]; used++)
		if ((unsigned char)line[used] < ' ' || line[used] == 127)
			line[used] = '?';
	line[used++] = '\n';
	if (write(STDERR_FILENO, line, used) < 0)
		return; /* nobody to tell */
}

/* The text of an error number as it stands inside a message. */
static const char *because(int error)
{
	static char text[256];

	snprintf(text, sizeof text, "%s", strerror(error));
	if (isupper((unsigned char)text[0]) && !isupper((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

/* Seconds as people write them, with a point in any locale: 5, 0.3, 61.25. */
static const char *in_seconds(long long ns)
{
	static char text[32];
	long long ms = (ns + 500000) / 1000000;
	size_t end = (size_t)snprintf(text, sizeof text, "%lld.%03d", ms / 1000, (int)(ms % 1000));

	while (text[end - 1] == '0')
		text[--end] = 0;
	if (text[end - 1] == '.')
		text[end - 1] = 0;
	return text;
}

/* ---- options ---- */

struct request {
	const char *command; /* with_lock, lock_fd or unlock */
	int operation;       /* LOCK_SH or LOCK_EX */
	int once;            /* -n */
	long long limit;     /* -w in nanoseconds, -1 without */
	int busy;            /* status when it is busy */
	int close, keep, quiet, verbose, remove;
	int words;           /* how many words were read so far */
};

static const struct {
	const char *name;
	char letter;
} long_options[] = {
	{"shared", 's'}, {"exclusive", 'x'}, {"nonblock", 'n'},
	{"timeout", 'w'}, {"conflict-exit-code", 'E'}, {"close", 'o'},
	{"keep", 'k'}, {"quiet", 'q'}, {"verbose", 'v'}, {"remove", 'r'},
};

/* Digits with at most one point in any locale, as nanoseconds; -1: no number.
   More than a century waits a century. */
static long long seconds(const char *text)
{
	long long value = 0, scale = 1000000000LL;
	int digits = 0;

	for (; isdigit((unsigned char)*text); text++, digits++)
		if (value < 4000000000LL)
			value = value * 10 + (*text - '0');
	if (value > 3200000000LL)
		value = 3200000000LL;
	value *= scale;
	if (*text == '.')
		for (text++; isdigit((unsigned char)*text); text++, digits++)
			value += (*text - '0') * (scale /= 10);
	return *text || !digits ? -1 : value;
}

/* A decimal number from 0 to max; -1: not one. */
static int number(const char *text, int max)
{
	long value = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (!isdigit((unsigned char)*text))
			return -1;
		if ((value = value * 10 + (*text - '0')) > max)
			return -1;
	}
	return (int)value;
}

static int usage(const struct request *req, const char *what, const char *word)
{
	say("%s: %s%s%s", req->command, what, *word ? " " : "", word);
	return USAGE;
}

static int set_option(struct request *req, char letter, const char *value)
{
	switch (letter) {
	case 's': req->operation = LOCK_SH; break;
	case 'x': req->operation = LOCK_EX; break;
	case 'n': req->once = 1; break;
	case 'o': req->close = 1; req->keep = 0; break;
	case 'k': req->keep = 1; req->close = 0; break;
	case 'q': req->quiet = 1; break;
	case 'v': req->verbose = 1; break;
	case 'r': req->remove = 1; break;
	case 'w':
		if ((req->limit = seconds(value)) < 0)
			return usage(req, "not a number of seconds:", value);
		break;
	case 'E':
		if ((req->busy = number(value, 255)) < 0)
			return usage(req, "not an exit status from 0 to 255:", value);
		break;
	}
	return 0;
}

static WORD_LIST *step(struct request *req, WORD_LIST *list)
{
	req->words++;
	return list->next;
}

/* Reads the options that `allowed` has and leaves *list at the first operand. */
static int read_options(struct request *req, const char *allowed, WORD_LIST **list)
{
	int status = 0;

	while (*list && !status) {
		char *word = (*list)->word->word, *value;
		char letter = 0;

		if (word[0] != '-' || !word[1])
			return 0;
		if (strcmp(word, "--") == 0) {
			*list = step(req, *list);
			return 0;
		}
		if (word[1] == '-') {
			size_t i, length = strcspn(word + 2, "=");

			for (i = 0; i < sizeof long_options / sizeof *long_options; i++)
				if (strlen(long_options[i].name) == length &&
				    strncmp(word + 2, long_options[i].name, length) == 0)
					letter = long_options[i].letter;
			value = word[2 + length] ? word + 3 + length : NULL;
			if (!letter || !strchr(allowed, letter))
				return usage(req, "unknown option", word);
			if (value && !strchr("wE", letter))
				return usage(req, "takes no value:", word);
			if (!value && strchr("wE", letter)) {
				if (!(*list)->next)
					return usage(req, "needs a value:", word);
				*list = step(req, *list);
				value = (*list)->word->word;
			}
			status = set_option(req, letter, value);
		} else {
			for (word++; *word && !status; word++) {
				char name[3] = {'-', *word, 0};

				if (!strchr(allowed, *word))
					return usage(req, "unknown option", name);
				if (!strchr("wE", *word)) {
					status = set_option(req, *word, NULL);
					continue;
				}
				letter = *word;
				value = word + 1;
				if (!*value) {
					if (!(*list)->next)
						return usage(req, "needs a value:", name);
					*list = step(req, *list);
					value = (*list)->word->word;
				}
				status = set_option(req, letter, value);
				break;
			}
		}
		*list = step(req, *list);
	}
	return status;
}

/* ---- names ---- */

struct lock {
	const char *shown;    /* as the user wrote it */
	char path[PATH_MAX];  /* empty for a bare descriptor */
	int named;            /* its file carries a holder line */
};

static int is_name(const char *text, const char *more)
{
	if (!*text || *text & 0x80 || !(isalnum((unsigned char)*text) || *text == '_'))
		return 0;
	while (*++text)
		if (*text & 0x80 ||
		    !(isalnum((unsigned char)*text) || *text == '_' || strchr(more, *text)))
			return 0;
	return 1;
}

/* Where names live: one directory for a machine and an effective user. */
static void lock_directory(char *path, size_t size)
{
	const char *set = get_string_value("LOCKKIT_DIR");
	struct stat st;

	if (set && *set)
		snprintf(path, size, "%s", set);
	else if (geteuid() == 0 && stat("/run", &st) == 0)
		snprintf(path, size, "/run/lock/lockkit");
	else if (stat("/run/lock", &st) == 0 && st.st_mode & S_ISVTX)
		snprintf(path, size, "/run/lock/lockkit-%lu", (unsigned long)geteuid());
	else
		snprintf(path, size, "/tmp/lockkit-%lu", (unsigned long)geteuid());
}

/* Makes the directory of names, and refuses one that is not ours alone. */
static int own_directory(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		int made = errno == ENOENT && mkdir(path, 0700) == 0;

		if (!made && errno == ENOENT && strcmp(path, "/run/lock/lockkit") == 0 &&
		    (mkdir("/run/lock", 0755) == 0 || errno == EEXIST))
			made = mkdir(path, 0700) == 0;
		if (made)
			chmod(path, 0700); /* whatever the umask is */
		if (lstat(path, &st) != 0) {
			say("cannot create %s: %s", path, because(errno));
			return CANNOT_CREATE;
		}
	}
	if (S_ISLNK(st.st_mode)) {
		say("%s is a symbolic link", path);
		return CANNOT_CREATE;
	}
	if (!S_ISDIR(st.st_mode)) {
		say("%s is not a directory", path);
		return CANNOT_CREATE;
	}
	if (st.st_uid != geteuid()) {
		say("%s belongs to user %lu", path, (unsigned long)st.st_uid);
		return CANNOT_CREATE;
	}
	return 0;
}

static int resolve(const struct request *req, const char *word, struct lock *lock)
{
	char directory[PATH_MAX];
	int length, status;

	lock->shown = word;
	lock->named = !strchr(word, '/');
	if (!lock->named) {
		length = snprintf(lock->path, sizeof lock->path, "%s", word);
	} else {
		if (!is_name(word, ".-"))
			return usage(req, "not a name for a lock:", word);
		lock_directory(directory, sizeof directory);
		if (*directory != '/')
			return usage(req, "LOCKKIT_DIR must be an absolute path, not", directory);
		if ((status = own_directory(directory)))
			return status;
		length = snprintf(lock->path, sizeof lock->path, "%s/%s.lock", directory, word);
	}
	if (length >= (int)sizeof lock->path) {
		say("cannot open %.40s...: %s", word, because(ENAMETOOLONG));
		return CANNOT_OPEN;
	}
	return 0;
}

/* ---- opening ---- */

static int cannot(const char *what, const char *path, int error, int status)
{
	say("cannot %s %s: %s", what, path, because(error));
	return status;
}

static int lockable(const struct stat *st)
{
	return S_ISREG(st->st_mode) || S_ISDIR(st->st_mode);
}

/* Opens LOCK close-on-exec, never truncating it; a missing one is created
   without following a symbolic link. An open without O_CREAT comes first, so
   that fs.protected_regular is no obstacle. */
static int open_lock(const char *path, int mode, int *fd)
{
	const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct stat st;

	for (;;) {
		if (stat(path, &st) == 0) {
			if (!lockable(&st)) {
				say("cannot open %s: neither a file nor a directory", path);
				return CANNOT_OPEN;
			}
			*fd = open(path, mode | flags);
			if (*fd < 0 && (errno == ENOENT || errno == EINTR))
				continue;
			if (*fd < 0)
				return cannot("open", path, errno, CANNOT_OPEN);
			if (fstat(*fd, &st) == 0 && lockable(&st))
				return 0;
			close(*fd);
			continue;
		}
		if (errno != ENOENT)
			return cannot("open", path, errno, CANNOT_OPEN);
		if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
			say("cannot create %s: a symbolic link that leads nowhere", path);
			return CANNOT_CREATE;
		}
		*fd = open(path, mode | flags | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
		if (*fd >= 0)
			return 0;
		if (errno != EEXIST && errno != EINTR)
			return cannot("create", path, errno, CANNOT_CREATE);
	}
}

/* Moves *fd to the number asked for, or (-1) to the first free one from 10. */
static int place(int *fd, int wanted, const char *path)
{
	int moved;

	if (*fd == wanted)
		return 0;
	if (wanted < 0)
		moved = fcntl(*fd, F_DUPFD_CLOEXEC, 10);
	else if ((moved = dup2(*fd, wanted)) >= 0)
		fcntl(moved, F_SETFD, FD_CLOEXEC);
	if (moved < 0) {
		int error = errno;

		close(*fd);
		if (wanted >= 0) {
			say("descriptor %d cannot be used: %s", wanted, because(error));
			return BAD_DESCRIPTOR;
		}
		return cannot("open", path, error, CANNOT_OPEN);
	}
	close(*fd);
	*fd = moved;
	return 0;
}

static int same_file(int fd, const char *path)
{
	struct stat ours, theirs;

	return fstat(fd, &ours) == 0 && stat(path, &theirs) == 0 &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

/* ---- who holds it, as far as the kernel says so ---- */

static int read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t got;

	if (fd < 0)
		return -1;
	got = read(fd, text, size - 1);
	close(fd);
	text[got < 0 ? 0 : got] = 0;
	return got < 0 ? -1 : 0;
}

/* Whether a process has a descriptor that carries a lock on `file` which is in
   the way of `operation`. A process that may not be looked at has none.
   The fdinfo is read first: stat(2) through a descriptor may hang on a dead
   server, and only a descriptor with a lock is worth it. */
static int holds(long pid, const struct stat *file, int operation)
{
	char path[PATH_MAX], text[2048], *at;
	struct dirent *entry;
	struct stat st;
	int found = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%ld/fdinfo", pid);
	if (pid <= 0 || !(dir = opendir(path)))
		return 0;
	while (!found && (entry = readdir(dir))) {
		snprintf(path, sizeof path, "/proc/%ld/fdinfo/%.20s", pid, entry->d_name);
		if (entry->d_name[0] == '.' || read_file(path, text, sizeof text) != 0)
			continue;
		for (at = text; !found && (at = strstr(at, "lock:")); at += 5)
			if (strncmp(at + strcspn(at, "F\n"), "FLOCK", 5) == 0)
				found = operation == LOCK_EX ||
					at[strcspn(at, "W\n")] == 'W';
		if (!found)
			continue;
		snprintf(path, sizeof path, "/proc/%ld/fd/%.20s", pid, entry->d_name);
		found = stat(path, &st) == 0 && st.st_dev == file->st_dev &&
			st.st_ino == file->st_ino;
	}
	closedir(dir);
	return found;
}

/* The word of /proc/PID/stat with that number; 4 is the parent. */
static long stat_field(long pid, int field)
{
	char path[64], text[1024], *at;

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	if (read_file(path, text, sizeof text) != 0 || !(at = strrchr(text, ')')))
		return -1;
	for (; field > 2 && at; field--)
		at = strchr(at + 1, ' ');
	return at ? atol(at + 1) : -1;
}

static int same_link(const char *a, const char *b)
{
	char first[256], second[256];
	ssize_t n = readlink(a, first, sizeof first), m = readlink(b, second, sizeof second);

	return n > 0 && n == m && memcmp(first, second, (size_t)n) == 0;
}

static int only_child(long pid, long child)
{
	char path[64], text[256];

	snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", pid, pid);
	return read_file(path, text, sizeof text) == 0 && number(strtok(text, " "), INT_MAX) == child &&
	    !strtok(NULL, " ");
}

/* Whether `pid` sleeps until its child ends: in wait, in sigsuspend as some shells
   do, or reading the child's standard output to its end. */
static int sleeps_until(long pid, long child)
{
	char path[64], other[64], text[256];
	unsigned long call, fd;

	snprintf(path, sizeof path, "/proc/%ld/timers", pid);
	if (read_file(path, text, sizeof text) != 0 || *text)
		return 0;
	snprintf(path, sizeof path, "/proc/%ld/wchan", pid);
	if (read_file(path, text, sizeof text) != 0)
		return 0;
	if (strcmp(text, "do_wait") == 0 || strstr(text, "sigsuspend"))
		return 1;
	if (!strstr(text, "pipe_read"))
		return 0;
	snprintf(path, sizeof path, "/proc/%ld/syscall", pid);
	if (read_file(path, text, sizeof text) != 0 || sscanf(text, "%lu %lx", &call, &fd) != 2)
		return 0;
	snprintf(path, sizeof path, "/proc/%ld/fd/%lu", pid, fd);
	snprintf(other, sizeof other, "/proc/%ld/fd/1", child);
	return same_link(path, other);
}

/* Whether `pid` has one thread, one child, no timer, and sleeps until that child
   ends. What cannot be seen counts as no, and so does who had another child
   meanwhile: its faults are counted with its parent's (proc(5)). */
static int only_waits_for(long pid, long child)
{
	char path[64], before[1024], after[1024];

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	return read_file(path, before, sizeof before) == 0 && stat_field(pid, 20) == 1 &&
	    only_child(pid, child) && sleeps_until(pid, child) && only_child(pid, child) &&
	    read_file(path, after, sizeof after) == 0 && strcmp(before, after) == 0;
}

/* The process among us and our ancestors that holds the lock, the eldest of
   several; 0 without one. *for_ever, if asked: nobody from it down to us will
   ever do anything but wait for the next. */
static long family_holder(const struct stat *file, int operation, int *for_ever)
{
	long pid, child, eldest = 0;
	int stuck = 1;

	if (for_ever)
		*for_ever = 0;
	for (pid = getpid(), child = 0; pid > 0; child = pid, pid = stat_field(pid, 4)) {
		if (child && for_ever)
			stuck = stuck && only_waits_for(pid, child);
		if (holds(pid, file, operation)) {
			eldest = pid;
			if (for_ever)
				*for_ever = stuck;
		}
	}
	return eldest;
}

/* ---- the line about the holder in the file of a named lock ---- */

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "";
}

static void write_holder(const struct lock *lock, int fd)
{
	char line[128];
	struct stat ours, theirs;
	int length, out;

	if (!lock->named ||
	    (out = open(lock->path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK)) < 0)
		return;
	length = snprintf(line, sizeof line, "%ld %lld %.64s\n", (long)getpid(),
			  (long long)time(NULL), base_name(dollar_vars[0]));
	if (fstat(fd, &ours) == 0 && fstat(out, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
	    ours.st_dev == theirs.st_dev && pwrite(out, line, (size_t)length, 0) == length &&
	    ftruncate(out, length) != 0)
		length = 0; /* an older, longer line stays behind ours: harmless */
	close(out);
}

static const char *printable(char *text)
{
	char *at;

	for (at = text; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return text;
}

/* ": pid N (NAME) since TIME" as far as it is known to be true, else "". The
   line in the file counts only if its process has the lock now. */
static void describe_holder(const struct lock *lock, const struct stat *file, int operation,
			    char *text, size_t size)
{
	char line[512], name[65] = "", path[64], clock[32] = "";
	struct dirent *entry;
	long long since;
	time_t at;
	long pid, parent;
	DIR *dir;

	*text = 0;
	if (lock->named && read_file(lock->path, line, sizeof line) == 0 &&
	    sscanf(line, "%ld %lld %64[^\n]", &pid, &since, name) >= 2 && pid > 0 && since > 0 &&
	    holds(pid, file, operation)) {
		at = (time_t)since;
		strftime(clock, sizeof clock,
			 time(NULL) - at >= 86400 || time(NULL) < at ? " since %Y-%m-%d %H:%M:%S"
								     : " since %H:%M:%S",
			 localtime(&at));
	} else if (!(pid = family_holder(file, operation, NULL)) && (dir = opendir("/proc"))) {
		while (!pid && (entry = readdir(dir)))
			if (holds(number(entry->d_name, INT_MAX), file, operation))
				pid = number(entry->d_name, INT_MAX);
		closedir(dir);
		while (pid && (parent = stat_field(pid, 4)) > 0 && holds(parent, file, operation))
			pid = parent;
	}
	if (!pid)
		return;
	if (!*clock) {
		snprintf(path, sizeof path, "/proc/%ld/comm", pid);
		if (read_file(path, name, sizeof name) != 0)
			*name = 0;
		name[strcspn(name, "\n")] = 0;
	}
	if (*name)
		snprintf(text, size, ": pid %ld (%s)%s", pid, printable(name), clock);
	else
		snprintf(text, size, ": pid %ld%s", pid, clock);
}

/* ---- waiting ---- */

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct timespec spec(long long ns)
{
	struct timespec t = {(time_t)(ns / 1000000000LL), (long)(ns % 1000000000LL)};

	return t;
}

enum { NOTHING = -1, TIMER = 0 }; /* else the number of a signal */
static sigjmp_buf wait_over;
static volatile sig_atomic_t caught, wake_signal;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	caught = sig == wake_signal && info->si_code == SI_TIMER &&
				 info->si_value.sival_ptr == (void *)&wait_over
			 ? TIMER
			 : sig;
	siglongjmp(wait_over, 1);
}

/* flock(2) in a loop that ends by jump; with `until` where the system has no
   timers for it, in steps of at most 10 ms. */
static int flock_until(int fd, int operation, long long until)
{
	for (;;) {
		if (flock(fd, until ? operation | LOCK_NB : operation) == 0)
			return 0;
		if (errno == EINTR)
			continue;
		if (!until || errno != EWOULDBLOCK)
			return errno;
		long long left = until - now();
		if (left <= 0)
			return ETIMEDOUT;
		struct timespec pause = spec(left < 10000000 ? left : 10000000);
		nanosleep(&pause, NULL);
	}
}

/* A signal of ours to be woken by: one that nobody has a use for. */
static int free_signal(const sigset_t *blocked)
{
#if HAVE_TIMERS
	struct sigaction old;
	int sig;

	for (sig = SIGRTMAX; sig >= SIGRTMIN; sig--)
		if (sigaction(sig, NULL, &old) == 0 && !(old.sa_flags & SA_SIGINFO) &&
		    old.sa_handler == SIG_DFL && !sigismember(blocked, sig))
			return sig;
#else
	(void)blocked;
#endif
	return 0;
}

/* Whether a signal ends a wait if bash catches it: all but those whose default
   is to be ignored (bash runs their trap after the wait, as it does after a
   command) and those that mean a fault. */
static int can_end_wait(int sig)
{
	switch (sig) {
	case SIGCHLD: case SIGCONT: case SIGURG:
#ifdef SIGWINCH
	case SIGWINCH:
#endif
	case SIGSEGV: case SIGBUS: case SIGFPE: case SIGILL:
		return 0;
	}
	return 1;
}

static int has_handler(const struct sigaction *action)
{
	return action->sa_flags & SA_SIGINFO ||
	       (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

/* Before 4.3 a trap counts as pending while it runs, and lock_fd may be in it;
   so there, inside of trap, eval and source, only what comes later counts. */
static int old_news[NSIG];

static void begin(void)
{
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		old_news[sig] = !first_pending_trap && parse_and_execute_level
					? pending_traps[sig] : 0;
}

/* A signal that came before our handlers were in place and that bash has yet
   to act on, or 0. To be called with signals blocked. */
static int signalled(void)
{
	int sig;

	if (&terminating_signal && terminating_signal)
		return terminating_signal;
	if (interrupt_state)
		return SIGINT;
	for (sig = 1; sig < NSIG; sig++)
		if (can_end_wait(sig) && pending_traps[sig] > old_news[sig])
			return sig;
	return 0;
}

/* Waits for the lock until a moment of the monotonic clock (0: for ever).
   0, an errno, ETIMEDOUT, or -N: signal N came, and whether the descriptor
   holds the lock is then unknown. No signal is lost, however close to the
   sleep it comes: flock(2) cannot take a mask as ppoll does, so the handlers
   are ours for the time of the call and leave it by a jump. Whatever ended the
   wait is raised again afterwards, so bash sees all of it; what is not ours to
   end stays blocked meanwhile, so that no handler of bash is jumped out of. What
   a signal asks for (a trap, the end of the shell) bash does when we return.
   The user's ALRM and the interval timers are not touched. */
static int wait_for_lock(int fd, int operation, long long until)
{
	struct sigaction saved[NSIG], ours, ignore;
	char taken[NSIG] = {0};
	sigset_t all, before, during;
	volatile int result = 0;
	int sig;
#if HAVE_TIMERS
	struct itimerspec expiry = {{0, 0}, spec(until)};
	struct sigevent event;
	timer_t timer;
#endif

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if ((sig = signalled())) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return -sig;
	}
	during = before;
	sigaddset(&during, SIGCHLD);
	sigaddset(&during, SIGCONT);
	sigaddset(&during, SIGURG);
#ifdef SIGWINCH
	sigaddset(&during, SIGWINCH);
#endif
	memset(&ours, 0, sizeof ours);
	ours.sa_sigaction = on_signal;
	ours.sa_flags = SA_SIGINFO;
	ours.sa_mask = all;
	memset(&ignore, 0, sizeof ignore);
	ignore.sa_handler = SIG_IGN;

	caught = NOTHING;
	wake_signal = until ? free_signal(&before) : 0;
#if HAVE_TIMERS
	if (wake_signal) {
		memset(&event, 0, sizeof event);
		event.sigev_notify = SIGEV_SIGNAL;
		event.sigev_signo = wake_signal;
		event.sigev_value.sival_ptr = (void *)&wait_over;
		if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
			wake_signal = 0;
	}
#endif
	for (sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &saved[sig]) == 0 &&
		    (sig == wake_signal || (can_end_wait(sig) && has_handler(&saved[sig]))))
			taken[sig] = sigaction(sig, &ours, NULL) == 0;
#if HAVE_TIMERS
	if (wake_signal)
		timer_settime(timer, TIMER_ABSTIME, &expiry, NULL);
#endif
	if (sigsetjmp(wait_over, 1) == 0) {
		sigprocmask(SIG_SETMASK, &during, NULL);
		result = flock_until(fd, operation, wake_signal ? 0 : until);
		sigprocmask(SIG_SETMASK, &all, NULL);
	}
#if HAVE_TIMERS
	if (wake_signal) {
		timer_delete(timer);
		sigaction(wake_signal, &ignore, NULL); /* drops one that is under way */
	}
#endif
	for (sig = 1; sig < NSIG; sig++)
		if (taken[sig])
			sigaction(sig, &saved[sig], NULL);
	if (caught > 0)
		raise(caught);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return caught == NOTHING ? result : caught == TIMER ? ETIMEDOUT : -caught;
}

/* ---- acquiring ---- */

struct patience {
	long long start;    /* 0 until somebody was in the way */
	long long deadline; /* 0: none */
	long long look;     /* when to look at who holds it */
	int looks;
	int named_ancestor;
};

/* Says who holds the lock. The status is BUSY, whatever the caller wants to read
   instead: answer() alone knows that. */
static int busy(const struct request *req, const struct lock *lock, const struct stat *file,
		const struct patience *patience)
{
	char who[160];

	if (req->quiet)
		return BUSY;
	describe_holder(lock, file, req->operation, who, sizeof who);
	if (patience->start)
		say("%s is still busy after %s s%s", lock->shown, in_seconds(req->limit), who);
	else
		say("%s is busy%s", lock->shown, who);
	return BUSY;
}

/* The status for the user, who may want to read another number for BUSY. */
static int answer(const struct request *req, int status)
{
	return status == BUSY ? req->busy : status;
}

/* What a waiter does from time to time: at 0.1 s, 1 s, 10 s and each minute it
   looks whether its wait can ever end, and tells what it was asked to tell. */
static int look_around(const struct request *req, const struct lock *lock,
		       const struct stat *file, struct patience *patience)
{
	static const long long steps[] = {100, 1000, 10000};
	int for_ever = 0;
	char who[160];
	long pid;

	pid = family_holder(file, req->operation, &for_ever);
	if (pid && for_ever && req->limit < 0) {
		if (pid == (long)getpid())
			say("waiting for %s would never end: this shell holds it", lock->shown);
		else
			say("waiting for %s would never end: pid %ld holds it and waits for us",
			    lock->shown, pid);
		return FOR_EVER;
	}
	if (patience->looks >= 1 && !req->quiet &&
	    ((pid && !patience->named_ancestor) || (req->verbose && patience->looks > 2))) {
		describe_holder(lock, file, req->operation, who, sizeof who);
		say("waiting for %s%s", lock->shown, who);
		patience->named_ancestor = pid != 0;
	}
	patience->looks++;
	patience->look = patience->start + (patience->looks < 3
			? steps[patience->looks] * 1000000LL
			: (patience->looks - 2) * 60000000000LL);
	return 0;
}

/* Locks a descriptor as asked. EBADF and EIO are handed back as -1 with errno,
   because a writable descriptor may do better. */
static int lock_descriptor(const struct request *req, const struct lock *lock, int fd,
			   struct patience *patience)
{
	struct stat file;
	char who[160];
	int error;

	while ((error = flock(fd, req->operation | LOCK_NB) ? errno : 0) == EINTR)
		;
	if (error == EWOULDBLOCK) {
		if (fstat(fd, &file) != 0)
			return FAILED;
		if (req->once || req->limit == 0)
			return busy(req, lock, &file, patience);
		if (!patience->start) {
			patience->start = now();
			patience->deadline = req->limit > 0 ? patience->start + req->limit : 0;
			patience->look = patience->start + 100000000LL;
			if (req->verbose && !req->quiet) {
				describe_holder(lock, &file, req->operation, who, sizeof who);
				say("waiting for %s%s", lock->shown, who);
			}
		}
		do {
			long long until = patience->look;
			int status;

			if (patience->deadline && patience->deadline < until)
				until = patience->deadline;
			if (!HAVE_TIMERS && req->limit < 0 && !req->verbose)
				until = 0; /* nothing is worth a wait in steps */
			error = wait_for_lock(fd, req->operation, until);
			if (error < 0) {
				flock(fd, LOCK_UN);
				return SIGNALLED - error;
			}
			if (error != ETIMEDOUT)
				break;
			/* the lock may have come in the very moment */
			if (flock(fd, req->operation | LOCK_NB) == 0)
				error = 0;
			else if (patience->deadline && now() >= patience->deadline)
				return busy(req, lock, &file, patience);
			else if (now() >= patience->look &&
				 (status = look_around(req, lock, &file, patience)))
				return status;
		} while (error == ETIMEDOUT);
	}
	if (error == 0) {
		if (patience->start && req->verbose && !req->quiet)
			say("got %s after %s s", lock->shown, in_seconds(now() - patience->start));
		return 0;
	}
	errno = error;
	if (error == EBADF || error == EIO)
		return -1;
	return cannot("lock", lock->shown, error, FAILED);
}

static int store_text(const char *name, char *text)
{
	const char *stored;

	bind_variable(name, text, 0);
	stored = get_string_value(name);
	return stored && strcmp(stored, text) == 0 ? 0 : -1;
}

/* Whether LOCK was ever used with slots. Whether somebody has one, only lockkit can tell. */
static int has_slots(const struct lock *lock)
{
	char door[PATH_MAX + sizeof "@0.lock"];
	int length = (int)strlen(lock->path);
	struct stat st;

	if (lock->named)
		length -= (int)sizeof ".lock" - 1;
	snprintf(door, sizeof door, "%.*s@0%s", length, lock->path, lock->named ? ".lock" : "");
	return lstat(door, &st) == 0;
}

/* Opens LOCK, locks it, and begins anew when its name meanwhile leads
   elsewhere: one who holds a lock may remove or replace its file. */
static int acquire(const struct request *req, const struct lock *lock, int wanted, int *fd)
{
	struct patience patience = {0, 0, 0, 0, 0};
	int mode = O_RDONLY, status;

	for (;;) {
		if ((status = open_lock(lock->path, mode, fd)) ||
		    (status = place(fd, wanted, lock->path)))
			return status;
		status = lock_descriptor(req, lock, *fd, &patience);
		if (status == 0 && same_file(*fd, lock->path))
			break;
		if (status < 0 && mode == O_RDWR)
			status = cannot("lock", lock->shown, errno, FAILED);
		if (status < 0)
			mode = O_RDWR;
		close(*fd);
		if (status > 0)
			return status;
	}
	if (has_slots(lock)) {
		close(*fd);
		store_text("__lockkit_how", "slots"); /* the functions go on */
		return FAILED;
	}
	write_holder(lock, *fd);
	if (!req->close)
		fcntl(*fd, F_SETFD, 0);
	return 0;
}

/* ---- what lock_fd opened, so that unlock can close or remove it ---- */

struct opened {
	struct opened *next;
	int fd;
	dev_t device;
	ino_t inode;
	char path[1];
};

static struct opened *all_opened;

/* Remembers a descriptor; without memory it is only a number to unlock. */
static void remember(int fd, const char *path)
{
	char here[PATH_MAX] = "";
	struct opened *entry;
	struct stat st;

	if (path[0] != '/' && getcwd(here, sizeof here - 1))
		strcat(here, "/");
	entry = malloc(sizeof *entry + strlen(here) + strlen(path));
	if (!entry || fstat(fd, &st) != 0) {
		free(entry);
		return;
	}
	entry->fd = fd;
	entry->device = st.st_dev;
	entry->inode = st.st_ino;
	strcpy(entry->path, here);
	strcat(entry->path, path);
	entry->next = all_opened;
	all_opened = entry;
}

/* Takes the entry of a descriptor out of the list; NULL when we did not open
   what is behind that number now. The caller frees it. */
static struct opened *recall(int fd)
{
	struct opened **at, *entry;
	struct stat st;

	for (at = &all_opened; (entry = *at); at = &entry->next)
		if (entry->fd == fd)
			break;
	if (!entry)
		return NULL;
	*at = entry->next;
	if (fstat(fd, &st) == 0 && st.st_dev == entry->device && st.st_ino == entry->inode)
		return entry;
	free(entry);
	return NULL;
}

/* ---- the builtins ---- */

/* Who forces another engine has functions in our place; where they are gone,
   it is too late, and that is said. LOCKKIT_ENGINE is a list of names. */
static int forced(const struct request *req)
{
	const char *engines = get_string_value("LOCKKIT_ENGINE"), *at;
	const size_t length = strlen("builtin");

	if (!engines || !*engines)
		return 0;
	for (at = engines; (at = strstr(at, "builtin")); at += length)
		if ((at == engines || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return 0;
	say("%s: the builtin is in place already, too late for the engine %s", req->command, engines);
	return NO_ENGINE;
}

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int not_open(int fd)
{
	say("descriptor %d is not open", fd);
	return BAD_DESCRIPTOR;
}

static int is_variable(const char *word)
{
	return is_name(word, "") && !isdigit((unsigned char)*word);
}

/* Sets a variable and sees whether it took: a read-only one does not. */
static int store(const char *name, int value)
{
	char text[16];

	snprintf(text, sizeof text, "%d", value);
	return store_text(name, text);
}

static int store_flag(const char *name, int value)
{
	char text[2] = {value ? '1' : 0, 0};

	return store_text(name, text);
}

static int lock_fd_builtin(WORD_LIST *list)
{
	struct request req = {"lock_fd", LOCK_EX, 0, -1, BUSY, 0, 0, 0, 0, 0, 0};
	struct patience patience = {0, 0, 0, 0, 0};
	struct lock lock;
	char shown[32];
	const char *word;
	int fd, wanted, status;

	begin();
	if ((status = forced(&req)) || (status = read_options(&req, "sxnwEqv", &list)))
		return status;
	if (req.busy == 0)
		return usage(&req, "-E 0 would claim a lock that is not held", "");
	if (!list)
		return usage(&req, "no descriptor", "");
	word = list->word->word;
	wanted = number(word, INT_MAX - 1);
	if (wanted < 0 && !is_variable(word))
		return usage(&req, "not a descriptor:", word);
	if (list->next && list->next->next)
		return usage(&req, "too many words:", list->next->next->word->word);

	if (!list->next) {
		if (wanted < 0)
			return usage(&req, "needs a LOCK to open for", word);
		snprintf(shown, sizeof shown, "descriptor %d", wanted);
		lock.shown = shown;
		lock.path[0] = 0;
		lock.named = 0;
		status = lock_descriptor(&req, &lock, wanted, &patience);
		if (status < 0 && !is_open(wanted))
			return not_open(wanted);
		if (status < 0)
			status = cannot("lock", shown, errno, errno == EBADF ? BAD_DESCRIPTOR : FAILED);
		return answer(&req, status);
	}
	if (wanted >= 0 && is_open(wanted)) {
		say("descriptor %d is open already", wanted);
		return BAD_DESCRIPTOR;
	}
	if ((status = resolve(&req, list->next->word->word, &lock)) ||
	    (status = acquire(&req, &lock, wanted, &fd)))
		return answer(&req, status);
	if (wanted < 0 && store(word, fd) != 0) {
		close(fd);
		return usage(&req, "cannot set the variable", word);
	}
	free(recall(fd));
	remember(fd, lock.path);
	return 0;
}

static int unlock_builtin(WORD_LIST *list)
{
	struct request req = {"unlock", LOCK_EX, 0, -1, BUSY, 0, 0, 0, 0, 0, 0};
	struct opened *entry;
	const char *value;
	int fd, status;

	if ((status = read_options(&req, "r", &list)))
		return status;
	if (!list)
		return usage(&req, "no descriptor", "");
	if (list->next)
		return usage(&req, "too many words:", list->next->word->word);
	fd = number(list->word->word, INT_MAX - 1);
	if (fd < 0 && is_variable(list->word->word) &&
	    (value = get_string_value(list->word->word)))
		fd = number(value, INT_MAX - 1);
	if (fd < 0)
		return usage(&req, "not a descriptor:", list->word->word);
	entry = recall(fd);
	if (!entry && !is_open(fd))
		return not_open(fd);
	if (req.remove && !entry)
		return usage(&req, "-r needs a descriptor that lock_fd opened, not", list->word->word);
	if (req.remove && flock(fd, LOCK_EX | LOCK_NB) == 0 && same_file(fd, entry->path) &&
	    unlink(entry->path) != 0)
		status = cannot("remove", entry->path, errno, FAILED);
	if (flock(fd, LOCK_UN) != 0) {
		say("cannot unlock descriptor %d: %s", fd, because(errno));
		status = FAILED;
	}
	if (entry)
		close(fd);
	free(entry);
	return status;
}

static int enter_builtin(WORD_LIST *list)
{
	struct request req = {"with_lock", LOCK_EX, 0, -1, BUSY, 0, 0, 0, 0, 0, 0};
	struct lock lock;
	const char *word;
	int fd, next, status;

	begin();
	if ((status = forced(&req)) || (status = read_options(&req, "sxnwEokqv", &list)))
		return status;
	if (!list)
		return usage(&req, "no LOCK", "");
	word = list->word->word;
	list = step(&req, list);
	if (list && strcmp(list->word->word, "--") == 0)
		list = step(&req, list);
	if (!list)
		return usage(&req, "no COMMAND", "");
	if (list->word->word[0] == '-')
		return usage(&req, "not a COMMAND:", list->word->word);
	if (req.close && list->next && strcmp(list->word->word, "exec") == 0)
		return usage(&req, "after exec nobody would hold the lock with -o", "");
	if (store("__lockkit_code", req.busy)) {
		say("with_lock: cannot set its variables");
		return FAILED;
	}
	if ((status = resolve(&req, word, &lock)) || (status = acquire(&req, &lock, -1, &fd)))
		return status;
	for (next = fd + 1; is_open(next); next++)
		;
	if (store("__lockkit_fd", fd) || store("__lockkit_free_fd", next) ||
	    store("__lockkit_words", req.words) ||
	    store_flag("__lockkit_close", req.close) || store_flag("__lockkit_keep", req.keep)) {
		close(fd);
		say("with_lock: cannot set its variables");
		return FAILED;
	}
	return 0;
}

static int loadable_builtin(WORD_LIST *list)
{
	if (list)
		return strcmp(list->word->word, LOADABLE_VERSION) != 0;
	return write(STDOUT_FILENO, LOADABLE_VERSION "\n", sizeof LOADABLE_VERSION) < 0;
}

static char *const lock_fd_doc[] = {
	"Lock a descriptor with flock(2), opening LOCK on it when it is given.",
	"FD is a number or the name of a variable that receives a free descriptor.",
	"Status 75 (or -E CODE) when it is busy, 128+N when signal N ended the wait.",
	NULL,
};
static char *const unlock_doc[] = {
	"Free the lock of a descriptor, even if children still have it open.",
	"-r also removes the lock file of a descriptor that lock_fd opened.",
	NULL,
};
static char *const inner_doc[] = {"A part of with_lock, not for use by hand.", NULL};

struct builtin lock_fd_struct = {
	"lock_fd", lock_fd_builtin, BUILTIN_ENABLED, lock_fd_doc,
	"lock_fd [-s|-x] [-n|-w SECONDS] [-E CODE] [-q|-v] [--] FD [LOCK]", NULL};
struct builtin unlock_struct = {
	"unlock", unlock_builtin, BUILTIN_ENABLED, unlock_doc, "unlock [-r] [--] FD", NULL};
struct builtin __lockkit_enter_struct = {
	"__lockkit_enter", enter_builtin, BUILTIN_ENABLED, inner_doc,
	"__lockkit_enter [OPTIONS] LOCK [--] COMMAND [ARG...]", NULL};
struct builtin __lockkit_loadable_struct = {
	"__lockkit_loadable", loadable_builtin, BUILTIN_ENABLED, inner_doc,
	"__lockkit_loadable [VERSION]", NULL};
