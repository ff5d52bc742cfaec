/*
 * The file of the position. Runs in the server.
 */
#include "server/cluster/position.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "common/wire.h"

enum {
	POSITION_1 = 1,
	MAGIC = 8,
	SUM = 32,
	HEAD = MAGIC + 4 + 8 + 8
};

static const char magic[] = "chatplac";

/* False with errno: it does not fit. */
static bool
path_of(char path[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

static uint8_t *
read_file(const struct disk *d, const char *dir, const char *name,
    size_t *len)
{
	char path[PATH_MAX];
	uint8_t *bytes = NULL;
	off_t size;
	int fd;

	if (!path_of(path, dir, name) ||
	    (fd = d->open(d->arg, path, false)) == -1)
		return NULL;
	size = d->size(d->arg, fd);
	if (size >= 0 && size <= POSITION_BYTES)
		bytes = malloc((size_t)size + 1);
	if (bytes != NULL && d->read(d->arg, fd, bytes, (size_t)size, 0) !=
	    size) {
		free(bytes);
		bytes = NULL;
	}
	*len = (size_t)size;
	d->close(d->arg, fd);
	return bytes;
}

/* Whole or not at all, whatever ends the machine. */
static bool
replace_file(const struct disk *d, const char *dir, const char *name,
    const uint8_t *bytes, size_t len)
{
	char path[PATH_MAX], draft[PATH_MAX];
	bool good;
	int fd, saved;

	if (!path_of(path, dir, name) ||
	    strlcpy(draft, path, sizeof(draft)) >= sizeof(draft) - 4) {
		errno = ENAMETOOLONG;
		return false;
	}
	strlcat(draft, ".new", sizeof(draft));
	d->remove(d->arg, draft);
	if ((fd = d->open(d->arg, draft, true)) == -1)
		return false;
	good = d->write(d->arg, fd, bytes, len, 0) == 0 &&
	    d->sync(d->arg, fd) == 0 &&
	    d->rename(d->arg, draft, path) == 0;
	saved = errno;
	if (!good)
		d->remove(d->arg, draft);
	d->close(d->arg, fd);
	errno = saved;
	return good && d->sync_dir(d->arg, dir) == 0;
}

static bool
get(struct position *p, size_t len)
{
	struct wire_in in = wire_in(p->bytes, len - SUM);
	const uint8_t *is = wire_get_bytes(&in, MAGIC);
	uint8_t sum[SUM];

	if (memcmp(is, magic, MAGIC) != 0 || wire_get_u32(&in) != POSITION_1)
		return false;
	crypto_generichash(sum, sizeof(sum), p->bytes, len - SUM, NULL, 0);
	if (memcmp(sum, p->bytes + len - SUM, SUM) != 0)
		return false;
	p->number = wire_get_u64(&in);
	p->nonce = wire_get_u64(&in);
	p->where = (const uint8_t *)wire_get_string(&in, &p->where_len);
	p->rooms = (const uint8_t *)wire_get_string(&in, &p->rooms_len);
	return wire_done(&in) && p->number > 0;
}

bool
position_read(const struct disk *d, const char *dir, struct position *p)
{
	size_t len;

	memset(p, 0, sizeof(*p));
	p->bytes = read_file(d, dir, "position", &len);
	if (p->bytes != NULL && len >= HEAD + SUM && get(p, len))
		return true;
	position_free(p);
	return false;
}

void
position_free(struct position *p)
{
	free(p->bytes);
	memset(p, 0, sizeof(*p));
}

bool
position_write(const struct disk *d, const char *dir,
    const struct position *p)
{
	size_t size = HEAD + 2 * WIRE_VARINT_BYTES + p->where_len +
	    p->rooms_len + SUM;
	uint8_t *bytes = malloc(size), sum[SUM];
	struct wire_out out = wire_out(bytes, size);
	bool good;

	if (bytes == NULL)
		return false;
	wire_put_bytes(&out, magic, MAGIC);
	wire_put_u32(&out, POSITION_1);
	wire_put_u64(&out, p->number);
	wire_put_u64(&out, p->nonce);
	wire_put_string(&out, p->where, p->where_len);
	wire_put_string(&out, p->rooms, p->rooms_len);
	crypto_generichash(sum, sizeof(sum), bytes, out.len, NULL, 0);
	wire_put_bytes(&out, sum, sizeof(sum));
	errno = EFBIG;
	good = out.len <= POSITION_BYTES && replace_file(d, dir, "position",
	    bytes, out.len);
	free(bytes);
	return good;
}

bool
position_remove(const struct disk *d, const char *dir)
{
	char path[PATH_MAX];

	if (!path_of(path, dir, "position"))
		return false;
	if (d->remove(d->arg, path) == -1)
		return errno == ENOENT;
	return d->sync_dir(d->arg, dir) == 0;
}

uint8_t *
position_rooms(const struct disk *d, const char *dir, size_t *len)
{
	return read_file(d, dir, "rooms", len);
}

bool
position_put_back(const struct disk *d, const char *dir,
    const struct position *p)
{
	return replace_file(d, dir, "rooms", p->rooms, p->rooms_len);
}
