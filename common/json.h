/*
 * JSON (RFC 8259), as little of it as we need: objects of one level, written a
 * line each, and the one object that is read. Pure; every program.
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An object being written. What does not fit makes it failed. */
struct json {
	char	*dst;
	size_t	 len, size;
	bool	 failed;
	bool	 more;			/* it has a member already */
};

struct json json_begin(char *dst, size_t size);
/* Ill-formed UTF-8 becomes U+FFFD. */
void	 json_text(struct json *, const char *name, const char *text,
	    size_t len);
void	 json_number(struct json *, const char *name, uint64_t);
void	 json_true(struct json *, const char *name);
/* "2026-11-20T14:02:11.412Z" */
void	 json_time(struct json *, const char *name, int64_t ms);
/* Closes it, with a newline and a NUL; the length, 0 if it did not fit. */
size_t	 json_end(struct json *);

/*
 * Reads {"text":"..."}, nothing else in it, before or behind it but blanks.
 * dst has room for len. NULL, or in a few words what is wrong with it.
 */
const char *json_read_text(char *dst, size_t *dst_len, const char *src,
	    size_t len);
/* The same, and perhaps "room":"..." or "to":"..." beside it; each is "" where
 * it is not there. */
enum { JSON_ROOM_BYTES = 64 + 1 };
struct json_whom {
	char	 room[JSON_ROOM_BYTES], to[JSON_ROOM_BYTES];
};
const char *json_read_said(char *dst, size_t *dst_len, struct json_whom *,
	    const char *src, size_t len);

#endif
