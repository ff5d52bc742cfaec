/*
 * The file of the checkpoint. Runs in the server; what goes wrong with it is
 * never the log's matter.
 */
#include "server/room/checkpoint.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "common/wire.h"

static const char magic[] = "chatmark";

static void
path_of(const struct checkpoint *c, const char *end, char path[PATH_MAX])
{
	/* Of a directory that the journal has longer names in. */
	snprintf(path, PATH_MAX, "%s/checkpoint%s", c->dir, end);
}

static bool
is_whole(const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len);
	const uint8_t *is = wire_get_bytes(&in, CHECKPOINT_HEAD - 4);
	uint8_t sum[CHECKPOINT_SUM];

	if (is == NULL || memcmp(is, magic, CHECKPOINT_HEAD - 4) != 0 ||
	    wire_get_u32(&in) != CHECKPOINT_VERSION ||
	    len < CHECKPOINT_HEAD + CHECKPOINT_SUM)
		return false;
	crypto_generichash(sum, sizeof(sum), bytes, len - CHECKPOINT_SUM,
	    NULL, 0);
	return memcmp(sum, bytes + len - CHECKPOINT_SUM, sizeof(sum)) == 0;
}

uint8_t *
checkpoint_read(const struct disk *d, const char *dir, size_t *len)
{
	const struct checkpoint c = { d, dir, -1 };
	char path[PATH_MAX];
	uint8_t *bytes = NULL;
	off_t size;
	int fd;

	path_of(&c, "", path);
	if ((fd = d->open(d->arg, path, false)) == -1)
		return NULL;
	size = d->size(d->arg, fd);
	if (size > 0 && size <= CHECKPOINT_BYTES)
		bytes = malloc((size_t)size);
	*len = (size_t)size;
	if (bytes != NULL && (d->read(d->arg, fd, bytes, *len, 0) != size ||
	    !is_whole(bytes, *len))) {
		free(bytes);
		bytes = NULL;
	}
	d->close(d->arg, fd);
	return bytes;
}

void
checkpoint_init(struct checkpoint *c, const struct disk *disk, const char *dir)
{
	*c = (struct checkpoint){ disk, dir, -1 };
}

void
checkpoint_begin(struct wire_out *out)
{
	wire_put_bytes(out, magic, CHECKPOINT_HEAD - 4);
	wire_put_u32(out, CHECKPOINT_VERSION);
}

void
checkpoint_end(struct wire_out *out)
{
	uint8_t sum[CHECKPOINT_SUM];

	if (out->failed)
		return;
	crypto_generichash(sum, sizeof(sum), out->base, out->len, NULL, 0);
	wire_put_bytes(out, sum, sizeof(sum));
}

void
checkpoint_draft(struct checkpoint *c, const uint8_t *bytes, size_t len)
{
	const struct disk *d = c->disk;
	char path[PATH_MAX];

	if (c->fd != -1)
		return;		/* the last one is on its way still */
	path_of(c, ".new", path);
	if ((c->fd = d->open(d->arg, path, true)) == -1)
		return;
	if (d->truncate(d->arg, c->fd, 0) == -1 ||
	    d->write(d->arg, c->fd, bytes, len, 0) == -1)
		checkpoint_finish(c, false);
}

int
checkpoint_fd(const struct checkpoint *c)
{
	return c->fd;
}

void
checkpoint_finish(struct checkpoint *c, bool good)
{
	const struct disk *d = c->disk;
	char draft[PATH_MAX], path[PATH_MAX];

	if (c->fd == -1)
		return;
	d->close(d->arg, c->fd);
	c->fd = -1;
	path_of(c, ".new", draft);
	path_of(c, "", path);
	/* A name that a crash takes back is the older one: as good. */
	if (!good || d->rename(d->arg, draft, path) == -1)
		d->remove(d->arg, draft);
}

void
checkpoint_remove(const struct checkpoint *c)
{
	char path[PATH_MAX];

	path_of(c, "", path);
	c->disk->remove(c->disk->arg, path);
}
