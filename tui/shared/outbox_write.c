/*
 * What is written to the outbox's file as it is: a header, and records at its
 * end. Lines that are added are held until they are synced: many of them are
 * one write. Runs in the receiver process.
 */
#include "tui/shared/outbox_state.h"

#include <errno.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"
#include "common/wire.h"

enum { TOGETHER_BYTES = 1 << 16 };	/* in a write, at most */

bool
outbox_write_header(struct outbox *o)
{
	uint8_t bytes[OUTBOX_HEADER];
	struct wire_out out = wire_out(bytes, sizeof(bytes));

	if (o->disk == NULL)
		return true;
	wire_put_bytes(&out, OUTBOX_MAGIC, OUTBOX_MAGIC_BYTES);
	wire_put_u32(&out, o->number);
	wire_put_u32(&out, crc32c(bytes, out.len));
	o->size = OUTBOX_HEADER;
	return o->disk->write(o->disk->arg, o->fd, bytes, OUTBOX_HEADER,
	    0) == 0;
}

/* Appends a record to bytes that has room for it. */
size_t
outbox_put_record(uint8_t *dst, uint32_t counter, uint8_t kind, uint32_t flags,
    const char *text, size_t len)
{
	struct wire_out header = wire_out(dst, OUTBOX_RECORD_HEADER);
	struct wire_out body = wire_out(dst + OUTBOX_RECORD_HEADER,
	    OUTBOX_BODY);

	wire_put_u32(&body, counter);
	wire_put_u8(&body, kind);
	wire_put_varint(&body, flags);
	wire_put_string(&body, text, len);
	wire_put_u32(&header, (uint32_t)body.len);
	wire_put_u32(&header, crc32c(dst + OUTBOX_RECORD_HEADER, body.len));
	return OUTBOX_RECORD_HEADER + body.len;
}

/* What is behind the end was never added: read again, it would be. */
static bool
cut(struct outbox *o)
{
	o->junk = o->disk->truncate(o->disk->arg, o->fd, o->size) == -1;
	return !o->junk;
}

/* Its end is there again; errno stays. */
static void
cut_back(struct outbox *o, off_t size)
{
	int saved = errno;

	o->size = size;
	cut(o);
	errno = saved;
}

bool
outbox_write_end(struct outbox *o, const void *bytes, size_t len)
{
	const struct disk *d = o->disk;

	if (d == NULL)
		return true;
	if (o->junk && !cut(o))
		return false;
	if (d->write(d->arg, o->fd, bytes, len, o->size) == 0) {
		o->size += (off_t)len;
		return true;
	}
	cut_back(o, o->size);
	return false;
}

bool
outbox_sync_end(struct outbox *o)
{
	const struct disk *d = o->disk;

	if (d == NULL)
		return true;
	if (d->sync(d->arg, o->fd) == 0 &&
	    (o->named || disk_sync_parent(d, o->path))) {
		o->named = true;
		o->synced = o->size;
		return true;
	}
	cut_back(o, o->synced);
	return false;
}

/* What was gathered to be written. */
static bool
write_some(struct outbox *o, const uint8_t *bytes, size_t *len)
{
	size_t n = *len;

	*len = 0;
	return n == 0 || outbox_write_end(o, bytes, n);
}

bool
outbox_write_posts(struct outbox *o, size_t i, uint32_t first)
{
	uint8_t bytes[TOGETHER_BYTES];
	off_t before = o->size;
	const struct post *p;
	bool good = true;
	size_t len = 0;

	for (; i < o->count && good; i++) {
		p = outbox_post_at(o, i);
		len += outbox_put_record(bytes + len, first + (uint32_t)i,
		    p->kind, p->flags, p->text, p->len);
		if (len > sizeof(bytes) - OUTBOX_RECORD)
			good = write_some(o, bytes, &len);
	}
	good = good && write_some(o, bytes, &len);
	if (!good && o->size > before)
		cut_back(o, before);
	return good;
}

bool
outbox_sync(struct outbox *o)
{
	if (o->unsynced == 0)
		return true;
	if (!outbox_write_posts(o, o->count - o->unsynced,
	    outbox_post_at(o, 0)->counter) || !outbox_sync_end(o))
		return false;
	o->unsynced = 0;
	return true;
}
