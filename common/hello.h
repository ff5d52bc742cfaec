/*
 * The datagrams of the handshake, before and beside the sealed ones: one
 * encoder, one decoder. Pure; both sides of the secure protocol.
 *
 *   F8 HELLO   C>S  ver u8 | client's index u32 | clen u8 | cookie 0 or 24 |
 *                   noise 48 | padding up to 256 or more, which is not read
 *   F9 COOKIE  S>C  ver u8 | client's index u32 | cookie 24
 *   FA HS2     S>C  client's index u32 | server's index u32 | noise, with room
 *   FB HS3     C>S  server's index u32 | noise, with visitor
 *   FD RESET   S>C  index u32 | first 8 bytes of what it answers
 *   ver        where it is not 1, only the index after it is read
 *   noise 48   the first message of XXpsk3, e 32 | tag 16. Of XX it is the
 *              first 32 bytes: the client does not know yet which one it is.
 *   room       log id 16 | term varint | head varint | flags varint |
 *              name string
 *   visitor    room string | name string | outbox u32 | next id varint |
 *              log id 16 | have varint | term of have varint |
 *              if the room's flags have a bit of HELLO_CAPS: caps varint |
 *              wanted name string, empty now | device string |
 *              former names string, with blanks between, | age varint |
 *              place varint; these where they are not empty and 0
 */
#ifndef COMMON_HELLO_H
#define COMMON_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/noise.h"

enum {
	HELLO_TYPE = 0xf8,
	HELLO_COOKIE_TYPE = 0xf9,
	HELLO_HS2_TYPE = 0xfa,
	HELLO_HS3_TYPE = 0xfb,
	HELLO_RESET_TYPE = 0xfd,

	HELLO_VERSION = 1,
	HELLO_BYTES = 256,		/* of a HELLO, at least */
	HELLO_NOISE = NOISE_KEY + NOISE_TAG,
	HELLO_COOKIE = 24,
	HELLO_COOKIE_BYTES = 1 + 1 + 4 + HELLO_COOKIE,
	HELLO_RESET_BYTES = 1 + 4 + 8,
	HELLO_ECHO = 8,			/* of what a RESET answers */
	HELLO_DATAGRAM = 512,		/* longest of them all */
	HELLO_ROOM_NAME = 64,		/* longest name of a room, bytes */
	HELLO_FORMER = 8		/* names, at most */
};

/* What both sides mix in, so that nobody talks them into another version. */
#define HELLO_PROLOGUE "chat 1"

struct hello {
	uint32_t	 client;	/* index */
	const uint8_t	*cookie;	/* 24 bytes; NULL: none yet */
	const uint8_t	*noise;		/* HELLO_NOISE bytes; NULL: it is */
					/* of a version not known here */
};

enum {
	HELLO_WANTS_PASSPHRASE = 1 << 0,
	HELLO_ROOMS = 1 << 1,		/* several rooms: common/frame_room.h */
	HELLO_PEOPLE = 1 << 2,		/* common/frame_person.h; nobody does */
	HELLO_ROLES = 1 << 3,		/* roles of entries, and codes */
	HELLO_SEAT = 1 << 5,		/* the frame SEAT */
	HELLO_CAPS = 0x3e		/* what both sides may know: caps */
};

/* What HS2 carries, sealed; name is a view. */
struct hello_room {
	struct frame_position head;
	uint32_t	 flags;
	const char	*name;
	size_t		 name_len;
};

/* What HS3 carries, sealed; names are views. */
struct hello_visitor {
	const char	*room;
	size_t		 room_len;
	const char	*name;
	size_t		 name_len;
	uint32_t	 outbox;	/* random, of the visitor's outbox */
	uint64_t	 next_id;	/* of its first post not acknowledged */
	struct frame_position have;
	uint32_t	 caps;		/* of HELLO_CAPS; 0: sends none */
	const char	*former;	/* names; NULL: none, or no caps */
	size_t		 former_len;
	uint64_t	 age_ms;	/* since it was first in; 0: now */
	const char	*device;	/* what its machine is called */
	size_t		 device_len;
	uint32_t	 place;		/* where it keeps what it keeps, a hash;
					 * 0: it does not say */
};

/* Each writes a whole datagram and returns its length. */
size_t	 hello_put(uint8_t out[HELLO_DATAGRAM], const struct hello *);
size_t	 hello_put_cookie(uint8_t out[HELLO_DATAGRAM], uint32_t client,
	    const uint8_t cookie[HELLO_COOKIE]);
/* noise: the message, of at most HELLO_DATAGRAM - 9 bytes. */
size_t	 hello_put_hs2(uint8_t out[HELLO_DATAGRAM], uint32_t client,
	    uint32_t server, const uint8_t *noise, size_t len);
size_t	 hello_put_hs3(uint8_t out[HELLO_DATAGRAM], uint32_t server,
	    const uint8_t *noise, size_t len);
size_t	 hello_put_reset(uint8_t out[HELLO_DATAGRAM], uint32_t index,
	    const uint8_t echo[HELLO_ECHO]);

/* A datagram that was read; which members count depends on type. */
struct hello_datagram {
	uint8_t		 type;
	struct hello	 hello;		/* HELLO; COOKIE: client and cookie */
	uint32_t	 client;	/* HS2 */
	uint32_t	 server;	/* HS2 HS3 */
	uint32_t	 index;		/* RESET */
	const uint8_t	*bytes;		/* HS2 HS3: noise; RESET: echo */
	size_t		 len;
};
/*
 * False if it is none, or not of this version; a HELLO of another version is
 * read as far as all versions are alike. Views into data.
 */
bool	 hello_read(const uint8_t *data, size_t len,
	    struct hello_datagram *);

/* The sealed payloads. put: length, 0 if it does not fit. */
size_t	 hello_put_room(uint8_t *out, size_t size, const struct hello_room *);
bool	 hello_read_room(const uint8_t *data, size_t len,
	    struct hello_room *);
size_t	 hello_put_visitor(uint8_t *out, size_t size,
	    const struct hello_visitor *);
/* Checks lengths only: what the name may be, the room decides. */
bool	 hello_read_visitor(const uint8_t *data, size_t len,
	    struct hello_visitor *);

/*
 * The key that a room's passphrase gives: Argon2id (RFC 9106), salted with the
 * server's key and the room's name. Takes about 0.1 s and 64 MiB; false if
 * there is no memory.
 */
bool	 hello_psk(uint8_t psk[NOISE_KEY], const char *passphrase, size_t len,
	    const uint8_t server[NOISE_KEY], const char *room,
	    size_t room_len);

#endif
