/*
 * A disk in memory. Used by tests only. Each file keeps a list of what undoes
 * its writes since the last sync, so that a crash can take some of them back;
 * syncing forgets the list, which makes both cheap.
 */
#include "tests/with_disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No descriptor of the kernel, so that mixing them up is noticed. */
enum { FIRST_FD = 100000, PAGE = 4096 };

/* A write of len bytes, or a cut, which counts as one byte of work. */
struct undo {
	size_t		 at, len;
	size_t		 old_size;
	uint8_t		*old;		/* what was at `at`, old_len bytes */
	size_t		 old_len;
	bool		 cut;
};

struct file {
	char		*path;
	bool		 dir, gone, locked;
	pid_t		 holder;
	unsigned	 handles;
	uint8_t		*bytes;
	size_t		 size, room;
	struct undo	*undos;
	size_t		 undos_n, undos_room;
	/* What a failed sync did not write, though it is read back: only
	 * writing its pages again brings it to the disk. */
	size_t		 lost_from, lost_to;
};

/*
 * What happened to a name and is not on the disk yet: made (to NULL), removed
 * (was is what it named, to NULL), or renamed to `to` (was is what that named
 * before, NULL: nothing).
 */
struct name {
	char		*path, *to;
	struct file	*was;
	bool		 made;
};

/* Numbers are never used twice: a dead process's are known as such. */
struct handle {
	struct file	*file;		/* NULL: closed */
	bool		 lock;
};

struct memdisk {
	size_t		 first_room;	/* of a file, when it is not empty */
	struct file	**files;
	size_t		 files_n, files_room;
	struct handle	*handles;
	size_t		 handles_n, handles_room;
	uint64_t	 used, limit;
	char		*part;		/* a directory of its own limit; NULL */
	uint64_t	 part_limit;
	unsigned	 fail_sync;	/* the n-th from now on; 0: none */
	bool		 mortal;	/* after so many changes: */
	unsigned	 left;
	bool		 lose_names;
	struct name	*names;		/* oldest first */
	size_t		 names_n, names_room;
};

/* What has died changes nothing any more. */
static bool
is_dead(struct memdisk *md)
{
	if (!md->mortal)
		return false;
	if (md->left > 0) {
		md->left--;
		return false;
	}
	errno = EIO;
	return true;
}

/* p with room for one more than n; tests may run out of memory and abort. */
static void *
one_more(void *p, size_t n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 8 : *room * 2;

	if (n < *room)
		return p;
	if ((p = reallocarray(p, more, size)) == NULL)
		abort();
	*room = more;
	return p;
}

static void *
must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

struct memdisk *
memdisk_new(void)
{
	struct memdisk *md = must(calloc(1, sizeof(*md)));

	md->limit = UINT64_MAX;
	md->first_room = 256;
	return md;
}

void
memdisk_first_room(struct memdisk *md, size_t bytes)
{
	md->first_room = bytes;
}

static void
forget_undos(struct file *f)
{
	for (; f->undos_n > 0; f->undos_n--)
		free(f->undos[f->undos_n - 1].old);
}

static void
file_free(struct memdisk *md, struct file *f)
{
	md->used -= f->size;
	forget_undos(f);
	free(f->undos);
	free(f->bytes);
	free(f->path);
	free(f);
}

static void
note_name(struct memdisk *md, const char *path, const char *to,
    struct file *was, bool made)
{
	if (!md->lose_names)
		return;
	md->names = one_more(md->names, md->names_n, &md->names_room,
	    sizeof(*md->names));
	md->names[md->names_n++] = (struct name){ must(strdup(path)),
	    to == NULL ? NULL : must(strdup(to)), was, made };
}

/* What happened there is on the disk. */
static void
settle_name(struct memdisk *md, size_t at)
{
	struct name *n = &md->names[at];

	free(n->path);
	free(n->to);
	if (n->was != NULL && n->was->handles > 0)
		n->was->gone = true;
	else if (n->was != NULL)
		file_free(md, n->was);
	md->names_n--;
	memmove(n, n + 1, (md->names_n - at) * sizeof(*n));
}

static void
forget_names(struct memdisk *md, size_t keep)
{
	while (md->names_n > keep)
		settle_name(md, md->names_n - 1);
}

void
memdisk_free(struct memdisk *md)
{
	if (md == NULL)
		return;
	memdisk_kill(md);
	forget_names(md, 0);
	while (md->files_n > 0)
		file_free(md, md->files[--md->files_n]);
	free(md->part);
	free(md->names);
	free(md->files);
	free(md->handles);
	free(md);
}

void
memdisk_limit(struct memdisk *md, uint64_t bytes)
{
	md->limit = bytes;
}

void
memdisk_limit_in(struct memdisk *md, const char *dir, uint64_t bytes)
{
	free(md->part);
	md->part = bytes == UINT64_MAX ? NULL : must(strdup(dir));
	md->part_limit = bytes;
}

void
memdisk_fail_sync(struct memdisk *md, unsigned n)
{
	md->fail_sync = n;
}

void
memdisk_die(struct memdisk *md, unsigned n)
{
	md->mortal = true;
	md->left = n;
}

bool
memdisk_died(const struct memdisk *md)
{
	return md->mortal && md->left == 0;
}

uint64_t
memdisk_bytes(const struct memdisk *md)
{
	return md->used;
}

bool
memdisk_has(const struct memdisk *md, const void *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < md->files_n; i++)
		if (md->files[i]->bytes != NULL && memmem(md->files[i]->bytes,
		    md->files[i]->size, bytes, len) != NULL)
			return true;
	return false;
}

static bool
is_below(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 && path[len] == '/';
}

uint64_t
memdisk_bytes_in(const struct memdisk *md, const char *dir)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < md->files_n; i++)
		if (is_below(dir, md->files[i]->path))
			bytes += md->files[i]->size;
	return bytes;
}

static uint64_t
left(uint64_t used, uint64_t limit)
{
	return used >= limit ? 0 : limit - used;
}

/* How many bytes more the file may have; UINT64_MAX: any. */
static uint64_t
room_of(const struct memdisk *md, const struct file *f)
{
	uint64_t room = md->limit == UINT64_MAX ? UINT64_MAX :
	    left(md->used, md->limit), part;

	if (md->part == NULL || !is_below(md->part, f->path))
		return room;
	part = left(memdisk_bytes_in(md, md->part), md->part_limit);
	return part < room ? part : room;
}

/* Its place among the files, or files_n. */
static size_t
find(const struct memdisk *md, const char *path)
{
	size_t i;

	for (i = 0; i < md->files_n; i++)
		if (strcmp(md->files[i]->path, path) == 0)
			break;
	return i;
}

static struct file *
get(const struct memdisk *md, const char *path)
{
	size_t i = find(md, path);

	return i < md->files_n ? md->files[i] : NULL;
}

/* The name of path in dir, NULL if it is not right there. */
static const char *
name_in(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	while (len > 0 && dir[len - 1] == '/')
		len--;
	if (strncmp(path, dir, len) != 0 || path[len] != '/' ||
	    path[len + 1] == '\0' || strchr(path + len + 1, '/') != NULL)
		return NULL;
	return path + len + 1;
}

/* Fails with errno if the directory of path is none. */
static int
check_parent(const struct memdisk *md, const char *path)
{
	const char *slash = strrchr(path, '/');
	const struct file *f;
	char *dir;

	if (slash == NULL || slash == path)
		return 0;
	dir = must(strndup(path, (size_t)(slash - path)));
	f = get(md, dir);
	free(dir);
	if (f != NULL && f->dir)
		return 0;
	errno = f == NULL ? ENOENT : ENOTDIR;
	return -1;
}

static struct file *
add_file(struct memdisk *md, const char *path, bool dir)
{
	struct file *f = must(calloc(1, sizeof(*f)));

	f->path = must(strdup(path));
	f->dir = dir;
	md->files = one_more(md->files, md->files_n, &md->files_room,
	    sizeof(struct file *));
	md->files[md->files_n++] = f;
	return f;
}

static struct file *
make(struct memdisk *md, const char *path, bool dir)
{
	struct file *f;

	if (check_parent(md, path) == -1)
		return NULL;
	f = add_file(md, path, dir);
	note_name(md, path, NULL, NULL, true);
	return f;
}

/* Grows with zeros, or cuts. */
static void
resize(struct memdisk *md, struct file *f, size_t size)
{
	size_t room = f->room == 0 ? md->first_room : f->room;

	while (room < size)
		room *= 2;
	if (room > f->room) {
		f->bytes = must(realloc(f->bytes, room));
		f->room = room;
	}
	if (size > f->size)
		memset(f->bytes + f->size, 0, size - f->size);
	md->used += size;
	md->used -= f->size;
	f->size = size;
}

struct memdisk *
memdisk_copy(const struct memdisk *md)
{
	struct memdisk *copy = memdisk_new();
	const struct file *f;
	struct file *made;
	size_t i;

	for (i = 0; i < md->files_n; i++) {
		f = md->files[i];
		/* A directory may be behind what is in it. */
		made = add_file(copy, f->path, f->dir);
		resize(copy, made, f->size);
		if (f->size > 0)
			memcpy(made->bytes, f->bytes, f->size);
	}
	return copy;
}

static int
mem_open(void *arg, const char *path, bool may_make)
{
	struct memdisk *md = arg;
	struct file *f = get(md, path);

	if (f == NULL && !may_make) {
		errno = ENOENT;
		return -1;
	}
	if (f == NULL && (is_dead(md) || (f = make(md, path, false)) == NULL))
		return -1;
	if (f->dir) {
		errno = EISDIR;
		return -1;
	}
	md->handles = one_more(md->handles, md->handles_n, &md->handles_room,
	    sizeof(*md->handles));
	md->handles[md->handles_n++] = (struct handle){ .file = f };
	f->handles++;
	return FIRST_FD + (int)md->handles_n - 1;
}

static struct handle *
handle_of(struct memdisk *md, int fd)
{
	size_t i = (size_t)(fd - FIRST_FD);

	if (fd >= FIRST_FD && i < md->handles_n &&
	    md->handles[i].file != NULL)
		return &md->handles[i];
	errno = EBADF;
	return NULL;
}

static void
drop(struct memdisk *md, struct handle *h)
{
	struct file *f = h->file;

	if (h->lock)
		f->locked = false;
	h->file = NULL;
	if (--f->handles == 0 && f->gone)
		file_free(md, f);
}

static int
mem_close(void *arg, int fd)
{
	struct handle *h = handle_of(arg, fd);

	if (h == NULL)
		return -1;
	drop(arg, h);
	return 0;
}

static ssize_t
mem_read(void *arg, int fd, void *dst, size_t len, off_t at)
{
	struct handle *h = handle_of(arg, fd);
	size_t from = (size_t)at;

	if (h == NULL)
		return -1;
	if (from >= h->file->size)
		return 0;
	if (len > h->file->size - from)
		len = h->file->size - from;
	if (len > 0)
		memcpy(dst, h->file->bytes + from, len);
	return (ssize_t)len;
}

/* Remembers what len bytes at `at`, or a cut there, will replace. */
static void
remember(struct file *f, size_t at, size_t len, bool cut)
{
	struct undo u = { .at = at, .len = cut ? 1 : len, .cut = cut,
	    .old_size = f->size };
	struct undo *last = f->undos_n > 0 ? &f->undos[f->undos_n - 1] : NULL;

	/* Appending on and on is one write. */
	if (last != NULL && !cut && !last->cut && at == f->size &&
	    last->at + last->len == at) {
		last->len += len;
		return;
	}
	if (at < f->size) {
		u.old_len = cut || len > f->size - at ? f->size - at : len;
		u.old = must(malloc(u.old_len > 0 ? u.old_len : 1));
		memcpy(u.old, f->bytes + at, u.old_len);
	}
	f->undos = one_more(f->undos, f->undos_n, &f->undos_room,
	    sizeof(*f->undos));
	f->undos[f->undos_n++] = u;
}

/* Takes the newest write back but for its first keep bytes. */
static void
undo(struct memdisk *md, struct file *f, size_t keep)
{
	struct undo *u = &f->undos[--f->undos_n];
	size_t size = u->old_size;

	if (keep > 0 && u->at + keep > size)
		size = u->at + keep;
	resize(md, f, size);
	if (keep < u->old_len)
		memcpy(f->bytes + u->at + keep, u->old + keep,
		    u->old_len - keep);
	free(u->old);
}

/* Pages that are written again are dirty again. */
static void
find_again(struct file *f, size_t from, size_t to)
{
	from -= from % PAGE;
	to += (PAGE - to % PAGE) % PAGE;
	if (from <= f->lost_from && to > f->lost_from)
		f->lost_from = to;
	if (to >= f->lost_to && from < f->lost_to)
		f->lost_to = from;
}

/* The kernel forgets what it could not write, but for what is in memory. */
static void
lose_writes(struct file *f)
{
	size_t i, from;

	for (i = 0; i < f->undos_n; i++) {
		from = f->undos[i].at;
		if (f->lost_from >= f->lost_to || from < f->lost_from)
			f->lost_from = from;
	}
	f->lost_to = f->size;
	forget_undos(f);
}

static int
mem_write(void *arg, int fd, const void *src, size_t len, off_t at)
{
	struct memdisk *md = arg;
	struct handle *h = handle_of(md, fd);
	size_t from = (size_t)at, fits;
	uint64_t room;
	struct file *f;

	if (h == NULL || is_dead(md))
		return -1;
	f = h->file;
	room = room_of(md, f);
	fits = from < f->size ? f->size - from : 0;
	if (from <= f->size || room > from - f->size)
		fits += from <= f->size ? room : room - (from - f->size);
	/* The sum may have wrapped when there is no limit. */
	if (fits > len || room == UINT64_MAX)
		fits = len;
	if (fits > 0) {
		remember(f, from, fits, false);
		if (from + fits > f->size)
			resize(md, f, from + fits);
		memcpy(f->bytes + from, src, fits);
		find_again(f, from, from + fits);
	}
	if (fits == len)
		return 0;
	errno = ENOSPC;
	return -1;
}

static off_t
mem_size(void *arg, int fd)
{
	struct handle *h = handle_of(arg, fd);

	return h == NULL ? -1 : (off_t)h->file->size;
}

static int
mem_truncate(void *arg, int fd, off_t size)
{
	struct handle *h = handle_of(arg, fd);

	if (h == NULL)
		return -1;
	if ((size_t)size == h->file->size)
		return 0;
	if (is_dead(arg))
		return -1;
	remember(h->file, (size_t)size, 0, true);
	resize(arg, h->file, (size_t)size);
	return 0;
}

static int
mem_sync(void *arg, int fd)
{
	struct memdisk *md = arg;
	struct handle *h = handle_of(md, fd);

	if (h == NULL || is_dead(md))
		return -1;
	if (md->fail_sync > 0 && --md->fail_sync == 0) {
		lose_writes(h->file);
		errno = EIO;
		return -1;
	}
	forget_undos(h->file);
	return 0;
}

static int
mem_make_dir(void *arg, const char *path)
{
	const struct file *f = get(arg, path);

	if (f == NULL)
		return is_dead(arg) || make(arg, path, true) == NULL ? -1 : 0;
	if (f->dir)
		return 0;
	errno = ENOTDIR;
	return -1;
}

static int
check_dir(const struct memdisk *md, const char *path)
{
	const struct file *f = get(md, path);

	if (f != NULL && f->dir)
		return 0;
	errno = f == NULL ? ENOENT : ENOTDIR;
	return -1;
}

static int
mem_sync_dir(void *arg, const char *path)
{
	struct memdisk *md = arg;
	size_t i;

	if (check_dir(md, path) == -1 || is_dead(md))
		return -1;
	for (i = md->names_n; i-- > 0;)
		if (name_in(path, md->names[i].path) != NULL)
			settle_name(md, i);
	return 0;
}

/* Takes the file out of the disk; who has it open still has it. */
static void
take_out(struct memdisk *md, size_t at)
{
	struct file *f = md->files[at];

	md->files[at] = md->files[--md->files_n];
	if (md->lose_names)
		return;
	f->gone = true;
	if (f->handles == 0)
		file_free(md, f);
}

static int
mem_remove(void *arg, const char *path)
{
	struct memdisk *md = arg;
	size_t at = find(md, path), i;
	struct file *f;

	if (at == md->files_n) {
		errno = ENOENT;
		return -1;
	}
	if (is_dead(md))
		return -1;
	f = md->files[at];
	for (i = 0; f->dir && i < md->files_n; i++) {
		if (name_in(path, md->files[i]->path) != NULL) {
			errno = ENOTEMPTY;
			return -1;
		}
	}
	take_out(md, at);
	note_name(md, path, NULL, f, false);
	return 0;
}

/* With all that is below it. */
static void
move(struct memdisk *md, const char *from, const char *to)
{
	size_t from_len = strlen(from), to_len = strlen(to), rest, i;
	struct file *f;
	char *path;

	for (i = 0; i < md->files_n; i++) {
		f = md->files[i];
		if (strncmp(f->path, from, from_len) != 0 ||
		    (f->path[from_len] != '\0' && f->path[from_len] != '/'))
			continue;
		rest = strlen(f->path + from_len) + 1;
		path = must(malloc(to_len + rest));
		memcpy(path, to, to_len);
		memcpy(path + to_len, f->path + from_len, rest);
		free(f->path);
		f->path = path;
	}
}

static int
mem_rename(void *arg, const char *from, const char *to)
{
	struct memdisk *md = arg;
	struct file *f = get(md, from), *target = get(md, to);

	if (f == NULL) {
		errno = ENOENT;
		return -1;
	}
	if (check_parent(md, to) == -1 || is_dead(md))
		return -1;
	if (f == target)
		return 0;
	if (target != NULL && target->dir != f->dir) {
		errno = target->dir ? EISDIR : ENOTDIR;
		return -1;
	}
	/* That its old name is gone and its new one there is one step. */
	if (target != NULL)
		take_out(md, find(md, to));
	note_name(md, from, to, target, false);
	move(md, from, to);
	return 0;
}

static int
mem_list(void *arg, const char *path, void (*name)(void *to, const char *),
    void *to)
{
	const struct memdisk *md = arg;
	const char *found;
	size_t i;

	if (check_dir(md, path) == -1)
		return -1;
	for (i = 0; i < md->files_n; i++)
		if ((found = name_in(path, md->files[i]->path)) != NULL)
			name(to, found);
	return 0;
}

static int
mem_lock(void *arg, const char *path, pid_t *holder)
{
	struct memdisk *md = arg;
	int fd = mem_open(md, path, true);
	struct handle *h;

	*holder = 0;
	if (fd == -1)
		return -1;
	h = handle_of(md, fd);
	if (h->file->locked) {
		*holder = h->file->holder;
		drop(md, h);
		errno = EWOULDBLOCK;
		return -1;
	}
	h->lock = h->file->locked = true;
	h->file->holder = getpid();
	return fd;
}

struct disk
memdisk_disk(struct memdisk *md)
{
	return (struct disk){
		.open = mem_open,
		.close = mem_close,
		.read = mem_read,
		.write = mem_write,
		.size = mem_size,
		.truncate = mem_truncate,
		.sync = mem_sync,
		.make_dir = mem_make_dir,
		.sync_dir = mem_sync_dir,
		.remove = mem_remove,
		.rename = mem_rename,
		.list = mem_list,
		.lock = mem_lock,
		.arg = md,
	};
}

void
memdisk_kill(struct memdisk *md)
{
	size_t i;

	md->mortal = false;
	for (i = 0; i < md->handles_n; i++)
		if (md->handles[i].file != NULL)
			drop(md, &md->handles[i]);
}

static uint64_t
next_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void
put_back(struct memdisk *md, struct file *f)
{
	md->files = one_more(md->files, md->files_n, &md->files_room,
	    sizeof(struct file *));
	md->files[md->files_n++] = f;
}

/* A directory that never came to be takes along what was in it. */
static void
unmake(struct memdisk *md, const char *path)
{
	size_t len = strlen(path), i;
	struct file *f;

	for (i = md->files_n; i-- > 0;) {
		f = md->files[i];
		if (strncmp(f->path, path, len) == 0 &&
		    (f->path[len] == '\0' || f->path[len] == '/')) {
			md->files[i] = md->files[--md->files_n];
			file_free(md, f);
		}
	}
}

/* Takes the newest back. */
static void
undo_name(struct memdisk *md)
{
	struct name *n = &md->names[md->names_n - 1];

	if (n->made)
		unmake(md, n->path);
	else if (n->to != NULL)
		move(md, n->to, n->path);
	if (n->was != NULL)
		put_back(md, n->was);
	n->was = NULL;
	settle_name(md, md->names_n - 1);
}

void
memdisk_lose_names(struct memdisk *md)
{
	md->lose_names = true;
}

void
memdisk_crash(struct memdisk *md, uint64_t random)
{
	size_t i, u, total, kept, len;
	struct file *f;

	memdisk_kill(md);
	/* All of them, or the newest. */
	kept = random % 2 == 0 ? 0 : next_random(&random) %
	    (md->names_n + 1);
	while (md->names_n > kept)
		undo_name(md);
	while (md->names_n > 0)
		settle_name(md, 0);
	for (i = 0; i < md->files_n; i++) {
		f = md->files[i];
		for (total = 0, u = 0; u < f->undos_n; u++)
			total += f->undos[u].len;
		for (kept = next_random(&random) % (total + 1); total > kept;) {
			len = f->undos[f->undos_n - 1].len;
			total -= len;
			undo(md, f, kept > total ? kept - total : 0);
		}
		forget_undos(f);
		if (f->lost_to > f->size)
			f->lost_to = f->size;
		if (f->lost_from < f->lost_to)
			memset(f->bytes + f->lost_from, 0,
			    f->lost_to - f->lost_from);
		f->lost_from = f->lost_to = 0;
	}
}

bool
memdisk_flip(struct memdisk *md, const char *path, off_t offset)
{
	struct file *f = get(md, path);

	if (f == NULL || offset < 0 || (size_t)offset >= f->size)
		return false;
	f->bytes[offset] ^= (uint8_t)(1 << offset % 8);
	return true;
}
