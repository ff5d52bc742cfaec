/*
 * How far one of several servers was told their blocks, as a file in its data
 * directory, so that a start goes on behind that one. All up to there is on the
 * disk; what was told since may be as well, and is only said again. The list of
 * rooms is as it was then, for what is said again must not meet what came of
 * it; and where people were, which nothing else there says. Pure but for the
 * disk.
 *
 *   DIR/position  "chatplac" | version u32 | number u64 | nonce u64 |
 *                 where string | rooms string | BLAKE2b-256 of all that
 *
 * The nonce is that block's: another engine's, begun anew, has other blocks.
 * where is server/hub_where.h's, rooms the file DIR/rooms. Integers are
 * big-endian. What is torn, or of another version, is none.
 */
#ifndef SERVER_CLUSTER_POSITION_H
#define SERVER_CLUSTER_POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk;

enum { POSITION_BYTES = 16 << 20 };	/* no longer one is written or read */

struct position {
	uint64_t	 number, nonce;	/* of a block */
	const uint8_t	*where;		/* views into bytes, of who reads it */
	size_t		 where_len;
	const uint8_t	*rooms;
	size_t		 rooms_len;
	uint8_t		*bytes;
};

/* False: there is none. Else position_free is due. */
bool	 position_read(const struct disk *, const char *dir,
	    struct position *);
void	 position_free(struct position *);
/* Instead of the one before, synced. False with errno: one of the two. */
bool	 position_write(const struct disk *, const char *dir,
	    const struct position *);
/* There is none any more: it goes on as it likes. */
bool	 position_remove(const struct disk *, const char *dir);

/* The file of rooms, to be freed; NULL: it cannot be read. And as it was. */
uint8_t	*position_rooms(const struct disk *, const char *dir, size_t *len);
bool	 position_put_back(const struct disk *, const char *dir,
	    const struct position *);

#endif
