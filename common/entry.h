/*
 * The one noun: an entry of the room's log, and its one encoding, which the
 * wire, the journal and the pipe share. Pure.
 *
 *   seq varint | kind u8 | flags varint | time_ms varint | id varint |
 *   author string | text string          (string: length varint, bytes)
 */
#ifndef COMMON_ENTRY_H
#define COMMON_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "common/entry_flags.h"
#include "common/text.h"

enum entry_kind {
	ENTRY_SAY = 1,
	ENTRY_ACT,
	ENTRY_JOIN,
	ENTRY_LEAVE,
	ENTRY_TIMEOUT,
	ENTRY_ANNOUNCE,		/* author empty: the server itself */
	ENTRY_RENAME,
	ENTRY_START,		/* of the server; id: the term it begins */
	ENTRY_PART,
	ENTRY_KIND_MAX = ENTRY_PART
};

/* A view: author and text belong to whoever filled it, not NUL-terminated. */
struct entry {
	uint64_t	 seq;		/* number in the room; 0: none */
	int64_t		 time_ms;	/* UTC, ms since 1970 */
	uint64_t	 id;		/* author's message id; 0: none */
	enum entry_kind	 kind;
	uint32_t	 flags;
	const char	*author;
	size_t		 author_len;	/* <= TEXT_NAME_BYTES */
	const char	*text;		/* clean, or sealed: any bytes */
	size_t		 text_len;	/* <= TEXT_LINE_BYTES */
};

/* 9999-12-31T23:59:59.999Z: later, calendar functions and RFC 3339 give up. */
#define ENTRY_TIME_MS_MAX	INT64_C(253402300799999)

/* The highest number that is taken from a network, so that nobody who counts
 * on from there comes to the end of 64 bits. */
#define ENTRY_SEQ_MAX	((uint64_t)INT64_MAX)

/* Longest encoding of one entry, bytes. */
enum { ENTRY_BYTES = 10 + 1 + 5 + 10 + 10 + 1 + TEXT_NAME_BYTES + 2 +
	    TEXT_LINE_BYTES };
/* The least that sealing makes of a text: tui/receiver/talk.h. */
enum { ENTRY_SEALED_LEAST = 25 };

enum entry_error {
	ENTRY_OK,
	ENTRY_TRUNCATED,	/* ends inside the entry, or a bad varint */
	ENTRY_KIND,		/* no such kind */
	ENTRY_LIMIT,		/* author, text, flags or time over its limit,
				 * or less than sealing makes */
	ENTRY_TEXT		/* not a valid name, of author or of a rename;
				 * ill-formed or unclean text */
};

/*
 * Appends the encoding to out. out->failed if it does not fit, or if the kind,
 * a length or the time is one that entry_decode would refuse.
 */
struct wire_out;
struct wire_in;
void	 entry_encode(struct wire_out *out, const struct entry *);

/* Reads one entry; *e is a view into the input, filled only on ENTRY_OK. */
enum entry_error entry_decode(struct wire_in *in, struct entry *e);
/* The same for bytes that entry_decode has accepted or entry_encode has made:
 * name and text are not looked at again. */
enum entry_error entry_decode_again(struct wire_in *in, struct entry *e);

/* An act of the operator: of the server, whatever its text. */
static inline int
entry_is_rule(const struct entry *e)
{
	return e->kind == ENTRY_ANNOUNCE && e->author_len == 0 &&
	    entry_role(e->flags) == ENTRY_RULE;
}

/* An act of one of both in a talk, whom the server names. */
static inline int
entry_is_own_rule(const struct entry *e)
{
	return e->kind == ENTRY_ACT && e->author_len > 0 &&
	    entry_role(e->flags) == ENTRY_RULE;
}

/* Said in a talk: its text is nothing for who has no key to it. */
static inline int
entry_is_sealed(const struct entry *e)
{
	return entry_role(e->flags) == ENTRY_SEALED && (e->kind == ENTRY_SAY ||
	    e->kind == ENTRY_ACT || e->kind == ENTRY_PART);
}

/* The kind's word in plain output: "say", "join", ...; never NULL. */
const char *entry_kind_word(enum entry_kind);
/* The entry's: that of its kind, or "rule". */
const char *entry_word(const struct entry *);

#endif
