/*
 * The outbox and its file. Runs in the receiver process. Never forgets a post
 * that was not acknowledged; the file shrinks when all of them are.
 */
#include "tui/shared/outbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"
#include "common/wire.h"

enum {
	MAGIC_BYTES = 8,
	HEADER = MAGIC_BYTES + 4 + 4,
	RECORD_HEADER = 4 + 4,
	BODY_BYTES = 4 + 1 + 5 + 2 + TEXT_LINE_BYTES,
	KIND_ACKNOWLEDGED = 0,
	KIND_MARK = 255,
	MARK_BYTES = 8 + OUTBOX_CHAIN
};
static const char magic[] = "chatout1";

struct post {
	uint32_t	 counter;
	uint8_t		 kind;
	uint32_t	 flags;
	uint64_t	 tag;
	bool		 sent;
	size_t		 len;
	char		*text;
};

struct outbox {
	const struct disk *disk;	/* NULL: in memory only */
	char		 path[OUTBOX_NAME_BYTES];
	int		 fd;
	off_t		 size;
	uint32_t	 number;
	uint32_t	 next;		/* counter of the next post */
	struct post	*posts;		/* a ring of OUTBOX_POSTS */
	size_t		 first, count;
	size_t		 unsynced;	/* of them, the newest */
	off_t		 synced;	/* bytes */
	bool		 junk;		/* behind size: it must go first */
	bool		 named;		/* on the disk, as the file is */
	struct outbox_mark mark;
};

static struct post *
post_at(const struct outbox *o, size_t i)
{
	return &o->posts[(o->first + i) % OUTBOX_POSTS];
}

static bool
write_header(struct outbox *o)
{
	uint8_t bytes[HEADER];
	struct wire_out out = wire_out(bytes, sizeof(bytes));

	if (o->disk == NULL)
		return true;
	wire_put_bytes(&out, magic, MAGIC_BYTES);
	wire_put_u32(&out, o->number);
	wire_put_u32(&out, crc32c(bytes, out.len));
	o->size = HEADER;
	return o->disk->write(o->disk->arg, o->fd, bytes, HEADER, 0) == 0;
}

/* Appends a record to bytes that has room for it. */
static size_t
put_record(uint8_t *dst, uint32_t counter, uint8_t kind, uint32_t flags,
    const char *text, size_t len)
{
	struct wire_out header = wire_out(dst, RECORD_HEADER);
	struct wire_out body = wire_out(dst + RECORD_HEADER, BODY_BYTES);

	wire_put_u32(&body, counter);
	wire_put_u8(&body, kind);
	wire_put_varint(&body, flags);
	wire_put_string(&body, text, len);
	wire_put_u32(&header, (uint32_t)body.len);
	wire_put_u32(&header, crc32c(dst + RECORD_HEADER, body.len));
	return RECORD_HEADER + body.len;
}

/* What is behind the end was never added: read again, it would be. */
static bool
cut(struct outbox *o)
{
	o->junk = o->disk->truncate(o->disk->arg, o->fd, o->size) == -1;
	return !o->junk;
}

static bool
write_end(struct outbox *o, const void *bytes, size_t len)
{
	const struct disk *d = o->disk;
	int saved;

	if (d == NULL)
		return true;
	if (o->junk && !cut(o))
		return false;
	if (d->write(d->arg, o->fd, bytes, len, o->size) == 0) {
		o->size += (off_t)len;
		return true;
	}
	saved = errno;
	cut(o);
	errno = saved;
	return false;
}

static bool
write_mark(struct outbox *o)
{
	uint8_t record[RECORD_HEADER + BODY_BYTES], bytes[MARK_BYTES];
	struct wire_out out = wire_out(bytes, sizeof(bytes));

	if (o->mark.keep == UINT64_MAX)
		return true;
	wire_put_u64(&out, o->mark.keep);
	wire_put_bytes(&out, o->mark.chain, OUTBOX_CHAIN);
	return write_end(o, record, put_record(record, 0, KIND_MARK, 0,
	    (const char *)bytes, out.len));
}

static bool
take_mark(struct outbox *o, const char *text, size_t len)
{
	struct wire_in in = wire_in((const uint8_t *)text, len);

	if (len != MARK_BYTES)
		return false;
	o->mark.keep = wire_get_u64(&in);
	memcpy(o->mark.chain, wire_get_bytes(&in, OUTBOX_CHAIN),
	    OUTBOX_CHAIN);
	return true;
}

/* Takes a copy of the text as the newest post. */
static bool
push(struct outbox *o, uint32_t counter, uint8_t kind, uint32_t flags,
    const char *text, size_t len)
{
	struct post *p;

	if (o->count == OUTBOX_POSTS) {
		errno = ENOBUFS;
		return false;
	}
	p = post_at(o, o->count);
	memset(p, 0, sizeof(*p));
	if ((p->text = malloc(len)) == NULL && len > 0)
		return false;
	memcpy(p->text, text, len);
	p->counter = counter;
	p->kind = kind;
	p->flags = flags;
	p->len = len;
	o->count++;
	o->next = counter + 1;
	return true;
}

static void
pop(struct outbox *o)
{
	free(post_at(o, 0)->text);
	o->first = (o->first + 1) % OUTBOX_POSTS;
	o->count--;
	if (o->unsynced > o->count)
		o->unsynced = o->count;
}

static bool
take_body(struct outbox *o, struct wire_in *in)
{
	uint32_t counter = wire_get_u32(in), flags;
	uint8_t kind = wire_get_u8(in);
	const char *text;
	size_t len;

	flags = (uint32_t)wire_get_varint(in);
	text = wire_get_string(in, &len);
	if (!wire_done(in) || len > TEXT_LINE_BYTES)
		return false;
	if (kind == KIND_MARK)
		return take_mark(o, text, len);
	if (kind == KIND_ACKNOWLEDGED) {
		while (o->count > 0 && post_at(o, 0)->counter < counter)
			pop(o);
		if (o->next < counter)
			o->next = counter;
		return true;
	}
	if (!push(o, counter, kind, flags, text, len))
		return false;
	post_at(o, o->count - 1)->sent = true;	/* who knows? */
	return true;
}

/* Reads record after record; what follows the last good one is cut. False:
 * there was no memory for all of them, and nothing is cut. */
static bool
load(struct outbox *o, const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len), body;
	uint32_t record_len, crc;
	const uint8_t *record;

	o->size = HEADER;
	in.pos = HEADER;
	while (in.pos < len) {
		record_len = wire_get_u32(&in);
		crc = wire_get_u32(&in);
		if (in.failed || record_len > BODY_BYTES)
			break;
		record = wire_get_bytes(&in, record_len);
		if (in.failed || crc32c(record, record_len) != crc)
			break;
		body = wire_in(record, record_len);
		errno = 0;
		if (!take_body(o, &body)) {
			if (errno != 0)
				return false;
			break;
		}
		o->size = (off_t)in.pos;
	}
	return (size_t)o->size == len ||
	    o->disk->truncate(o->disk->arg, o->fd, o->size) == 0;
}

static bool
read_file(struct outbox *o, uint32_t random)
{
	const struct disk *d = o->disk;
	off_t size = d->size(d->arg, o->fd);
	struct wire_in in;
	uint8_t *bytes;
	bool good = false;

	if (size == -1)
		return false;
	if (size < HEADER) {
		o->number = random;
		return d->truncate(d->arg, o->fd, 0) == 0 && write_header(o);
	}
	if ((bytes = malloc((size_t)size)) == NULL)
		return false;
	errno = EINVAL;
	if (d->read(d->arg, o->fd, bytes, (size_t)size, 0) == size &&
	    memcmp(bytes, magic, MAGIC_BYTES) == 0) {
		in = wire_in(bytes, HEADER);
		in.pos = MAGIC_BYTES;
		o->number = wire_get_u32(&in);
		if (wire_get_u32(&in) == crc32c(bytes, HEADER - 4))
			good = load(o, bytes, (size_t)size);
	}
	free(bytes);
	return good;
}

struct outbox *
outbox_open(const struct disk *disk, const char *path, uint32_t random)
{
	struct outbox *o;
	int saved;

	if ((o = calloc(1, sizeof(*o))) == NULL)
		return NULL;
	o->disk = disk;
	if (disk != NULL)
		strlcpy(o->path, path, sizeof(o->path));
	o->fd = -1;
	o->next = 1;
	o->mark.keep = UINT64_MAX;
	o->number = random;
	o->posts = calloc(OUTBOX_POSTS, sizeof(*o->posts));
	if (o->posts != NULL && (disk == NULL ||
	    ((o->fd = disk->open(disk->arg, path, true)) != -1 &&
	    read_file(o, random)))) {
		o->synced = o->size;
		return o;
	}
	saved = errno;
	outbox_close(o);
	errno = saved;
	return NULL;
}

void
outbox_close(struct outbox *o)
{
	if (o == NULL)
		return;
	while (o->posts != NULL && o->count > 0)
		pop(o);
	if (o->fd != -1)
		o->disk->close(o->disk->arg, o->fd);
	free(o->posts);
	free(o);
}

uint32_t
outbox_number(const struct outbox *o)
{
	return o->number;
}

const char *
outbox_path(const struct outbox *o)
{
	return o->path;
}

bool
outbox_replace(struct outbox *o, const char *path)
{
	if (o->disk->rename(o->disk->arg, o->path, path) == -1)
		return false;
	strlcpy(o->path, path, sizeof(o->path));
	/* Where that does not last, it is as it was before. */
	disk_sync_parent(o->disk, path);
	return true;
}

uint32_t
outbox_first(const struct outbox *o)
{
	return o->count > 0 ? post_at(o, 0)->counter : o->next;
}

size_t
outbox_count(const struct outbox *o)
{
	return o->count;
}

bool
outbox_add(struct outbox *o, const struct entry *pieces, size_t n,
    uint64_t tag)
{
	size_t i, len = 0, before = o->count;
	uint32_t next = o->next;
	uint8_t *bytes;
	bool good = true;

	if (n == 0 || o->count + n > OUTBOX_POSTS) {
		errno = ENOBUFS;
		return false;
	}
	if ((bytes = malloc(n * (RECORD_HEADER + BODY_BYTES))) == NULL)
		return false;
	for (i = 0; i < n; i++)
		len += put_record(bytes + len, next + (uint32_t)i,
		    (uint8_t)pieces[i].kind, pieces[i].flags, pieces[i].text,
		    pieces[i].text_len);
	for (i = 0; i < n && good; i++)
		good = push(o, next + (uint32_t)i, (uint8_t)pieces[i].kind,
		    pieces[i].flags, pieces[i].text, pieces[i].text_len);
	/* Last: what is in the file is said, now or the next time. */
	good = good && write_end(o, bytes, len);
	free(bytes);
	if (good) {
		post_at(o, o->count - 1)->tag = tag;
		if (o->disk != NULL)
			o->unsynced += n;
		return true;
	}
	while (o->count > before)
		free(post_at(o, --o->count)->text);
	o->next = next;
	return false;
}

bool
outbox_sync(struct outbox *o)
{
	const struct disk *d = o->disk;
	int saved;

	if (o->unsynced == 0)
		return true;
	if (d->sync(d->arg, o->fd) == 0 &&
	    (o->named || disk_sync_parent(d, o->path))) {
		o->named = true;
		o->unsynced = 0;
		o->synced = o->size;
		return true;
	}
	saved = errno;
	o->size = o->synced;
	cut(o);
	errno = saved;
	return false;
}

size_t
outbox_unsynced(const struct outbox *o)
{
	return o->unsynced;
}

bool
outbox_take_back(struct outbox *o, struct outbox_post *post)
{
	if (o->unsynced == 0)
		return false;
	*post = outbox_get(o, o->count - 1);
	post->text = "";
	post->text_len = 0;
	free(post_at(o, --o->count)->text);
	o->unsynced--;
	o->next--;
	return true;
}

struct outbox_post
outbox_get(const struct outbox *o, size_t i)
{
	const struct post *p = post_at(o, i);
	struct outbox_post post = { p->counter, (enum entry_kind)p->kind,
	    p->flags, p->tag, p->sent, p->len, p->text };

	return post;
}

void
outbox_set_tag(struct outbox *o, size_t i, uint64_t tag)
{
	post_at(o, i)->tag = tag;
}

void
outbox_acknowledged(struct outbox *o, uint32_t counter)
{
	uint8_t record[RECORD_HEADER + BODY_BYTES];
	size_t len;

	if (counter > o->next || outbox_first(o) >= counter)
		return;
	while (o->count > 0 && post_at(o, 0)->counter < counter)
		pop(o);
	/* Where this is lost, the room knows all the same. */
	if (o->disk != NULL && o->count == 0 && o->size > 1 << 16 &&
	    o->disk->truncate(o->disk->arg, o->fd, HEADER) == 0) {
		o->size = o->synced = HEADER;
		write_mark(o);
	}
	len = put_record(record, counter, KIND_ACKNOWLEDGED, 0, NULL, 0);
	write_end(o, record, len);
}

void
outbox_give_up(struct outbox *o, uint32_t counter)
{
	outbox_acknowledged(o, counter);
	/* Nobody else remembers it: without this it would be said after all. */
	if (o->disk != NULL)
		o->disk->sync(o->disk->arg, o->fd);
}

/* All that waits, in a file of its own, with counters from `first` on; false:
 * errno. */
static bool
write_draft(struct outbox *draft, const char *path, uint32_t first)
{
	const struct disk *d = draft->disk;
	uint8_t record[RECORD_HEADER + BODY_BYTES];
	const struct post *p;
	size_t i;
	bool good;

	draft->fd = d->open(d->arg, path, true);
	good = draft->fd != -1 && d->truncate(d->arg, draft->fd, 0) == 0 &&
	    write_header(draft) && write_end(draft, record, put_record(record,
	    first, KIND_ACKNOWLEDGED, 0, NULL, 0)) && write_mark(draft);
	for (i = 0; i < draft->count && good; i++) {
		p = post_at(draft, i);
		good = write_end(draft, record, put_record(record,
		    first + (uint32_t)i, p->kind, p->flags, p->text, p->len));
	}
	return good && d->sync(d->arg, draft->fd) == 0;
}

/* The draft takes the file's place, for good. */
static bool
publish(const struct outbox *o, const char *draft)
{
	const struct disk *d = o->disk;
	char dir[OUTBOX_NAME_BYTES], *slash;

	if (d->rename(d->arg, draft, o->path) == -1)
		return false;
	strlcpy(dir, o->path, sizeof(dir));
	if ((slash = strrchr(dir, '/')) != NULL)
		*slash = '\0';
	return slash == NULL || d->sync_dir(d->arg, dir) == 0;
}

/* Without the newest n. */
static bool
rewrite(struct outbox *o, uint32_t number, uint32_t first, size_t n)
{
	const struct disk *d = o->disk;
	struct outbox draft = *o;
	char path[OUTBOX_NAME_BYTES + 8];
	int saved;

	draft.number = number;
	draft.count -= n;
	snprintf(path, sizeof(path), "%s.new", o->path);
	if (write_draft(&draft, path, first) && publish(o, path)) {
		d->close(d->arg, o->fd);
		draft.count += n;
		*o = draft;
		o->synced = o->size;
		o->unsynced = 0;
		return true;
	}
	saved = errno;
	if (draft.fd != -1)
		d->close(d->arg, draft.fd);
	d->remove(d->arg, path);
	errno = saved;
	return false;
}

bool
outbox_renumber(struct outbox *o, uint32_t random)
{
	size_t i;

	if (o->disk != NULL && !rewrite(o, random, 1, 0))
		return false;
	o->number = random;
	for (i = 0; i < o->count; i++)
		post_at(o, i)->counter = (uint32_t)i + 1;
	o->next = (uint32_t)o->count + 1;
	return true;
}

bool
outbox_put_before(struct outbox *o, struct outbox *lost,
    const struct outbox_mark *mark)
{
	struct outbox all = *o;
	size_t i;

	if (lost->count + o->count > OUTBOX_POSTS) {
		errno = ENOBUFS;
		return false;
	}
	all.posts = lost->posts;
	all.first = lost->first;
	all.count = lost->count;
	all.mark = *mark;
	for (i = 0; i < o->count; i++)
		*post_at(&all, all.count++) = *post_at(o, i);
	for (i = 0; i < all.count; i++)
		post_at(&all, i)->counter = all.next++;
	if (o->disk != NULL && !rewrite(&all, o->number, o->next, 0))
		return false;
	lost->posts = o->posts;
	lost->count = 0;
	*o = all;
	return true;
}

const struct outbox_mark *
outbox_mark(const struct outbox *o)
{
	return &o->mark;
}

void
outbox_set_sent(struct outbox *o, size_t i, size_t end)
{
	for (; i < end; i++)
		post_at(o, i)->sent = true;
}

bool
outbox_withdraw(struct outbox *o, size_t n)
{
	if (o->disk != NULL && !rewrite(o, o->number, outbox_first(o), n))
		return false;
	for (; n > 0; n--) {
		free(post_at(o, --o->count)->text);
		o->next--;
	}
	return true;
}
