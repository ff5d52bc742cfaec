/*
 * The journal's inside, shared by its files only: journal.c (what is asked of
 * an open one), journal_load.c (opening and creating), journal_segment.c (the
 * segments: finding, reading, making and dropping them), journal_mark.c (those
 * that need not be read), journal_aside.c (what is kept of what is given up).
 */
#ifndef COMMON_JOURNAL_STATE_H
#define COMMON_JOURNAL_STATE_H

#include "common/journal.h"
#include "common/wire.h"

#define JOURNAL_MAGIC	"chatlog1"
/* A log that is not yet complete, or that waits for the old one to go. */
#define JOURNAL_DRAFT	".new"

enum {
	MAGIC = sizeof(JOURNAL_MAGIC) - 1,
	HEADER = MAGIC + JOURNAL_ID + 8 + 8 + JOURNAL_CHAIN + 4,
	RECORD = 4 + 4,			/* bytes before the entry */
	STRIDE = 64,			/* entries between two known points */
	BUFFER_BYTES = 64 << 10,	/* read at once, */
	LITTLE_BYTES = 4 << 10,		/* or so much first */
	TAIL_BYTES = 256 << 10,		/* appended last, kept in memory */
	PLACES = 256,			/* where readers were, at most */
	LOG_NAME = 2 * JOURNAL_ID + 1,	/* with NUL */
	DRAFT_NAME = LOG_NAME + 5,	/* the longest of such endings */
	SEGMENT_NAME = 20 + 4 + 1,
	/* Behind the directory: two slashes and the longest names. */
	PATH_REST = 1 + DRAFT_NAME + 1 + SEGMENT_NAME
};

/* What is known at a border between two entries of a segment. */
struct point {
	off_t		 at;		/* where the next record is */
	int64_t		 newest_ms;	/* of the segment's entries before it */
	uint8_t		 chain[JOURNAL_CHAIN];
};

struct segment {
	uint64_t	 first;
	uint64_t	 term;		/* before first */
	off_t		 bytes;		/* of the file; when loaded, end.at */
	struct point	*points;	/* before first + i * STRIDE; the
					 * last of them may not be known */
	size_t		 points_n, points_room;
	struct point	 end;
};

struct term {
	uint64_t	 seq, term;
};

struct handle {
	int		 fd;		/* -1: closed */
	uint64_t	 first;		/* of which segment */
};

struct place {
	uint64_t	 seq;		/* 0: none */
	off_t		 at;		/* in its segment */
};

struct journal {
	const struct disk *disk;
	const char	*dir;
	char		 log[PATH_MAX];	/* its directory */
	uint8_t		 id[JOURNAL_ID];
	size_t		 segment_bytes;
	int		 lock;
	struct segment	*segments;	/* at least one */
	size_t		 segments_n, segments_room;
	struct term	*terms;		/* those that begin in a segment */
	size_t		 terms_n, terms_room;
	uint64_t	 last;
	struct handle	 newest, other;	/* the last segment, one more */
	int		 failed;	/* errno of a failed sync */
	bool		 dirty;		/* not all is synced */
	bool		 junk;		/* behind the last segment's end */
	uint8_t		*out;		/* records to be written */
	size_t		 out_room;
	uint64_t	 next;		/* to be read in order; 0: none */
	off_t		 next_at, read_at;	/* the one before it */
	struct place	 places[PLACES];	/* by seq: who goes on there has
					 * read elsewhere meanwhile */
	uint64_t	 buffer_first;	/* of which segment; 0: none */
	off_t		 buffer_at;
	size_t		 buffer_len;
	uint8_t		 buffer[BUFFER_BYTES];
	/* The last tail_len bytes of the last segment. */
	size_t		 tail_len;
	uint8_t		 tail[TAIL_BYTES];
};

/* In order, as far as a directory has them. */
struct journal_names {
	uint64_t	*first;
	size_t		 n, room;
};

/* journal_mark.c */
bool	 journal_take_mark(struct journal *j, struct wire_in *mark,
	    const struct journal_names *);
/* journal_load.c */
bool	 journal_remove_log(struct journal *j, const char *log,
	    struct journal_why *why);
struct journal	*journal_begin(const struct disk *disk, const char *dir,
	    size_t segment_bytes, struct journal_why *why);
/* journal_segment.c; where it matters, what each is for stands there. */
void	*journal_more(void *p, size_t *room, size_t n, size_t size);
struct segment	*journal_last_segment(const struct journal *j);
uint64_t	 journal_current_term(const struct journal *j);
void	 journal_log_path(const struct journal *j, const char *log,
	    const char *end, char path[PATH_MAX]);
void	 journal_segment_path(const char *log, uint64_t first,
	    char path[PATH_MAX]);
bool	 journal_refuse(struct journal_why *why, enum journal_error kind,
	    const char *path, off_t offset);
void	 journal_close_handle(struct journal *j, struct handle *h);
int	 journal_segment_fd(struct journal *j, const struct segment *s);
void	 journal_forget_reads(struct journal *j);
const uint8_t	*journal_fetch(struct journal *j, const struct segment *s,
	    off_t at, size_t len);
const uint8_t	*journal_record(struct journal *j,
	    const struct segment *s, off_t at, size_t *len);
void	 journal_tail_add(struct journal *j, const uint8_t *bytes,
	    size_t len);
bool	 journal_reserve_points(struct segment *s, size_t n);
bool	 journal_know_points(struct journal *j, struct segment *s, size_t n);
void	 journal_take(struct journal *j, const uint8_t *bytes, size_t len);
bool	 journal_push_term(struct journal *j, uint64_t seq, uint64_t term);
struct segment	*journal_segment_of(const struct journal *j,
	    uint64_t seq);
bool	 journal_find_point(struct journal *j, struct segment *s,
	    uint64_t seq, bool whole, struct point *p);
bool	 journal_push_segment(struct journal *j, uint64_t first,
	    uint64_t term, const uint8_t *chain, off_t bytes);
int	 journal_make_segment(const struct disk *disk, const char *path,
	    const struct journal_base *);
bool	 journal_read_header(struct journal *j, const uint8_t header[HEADER],
	    struct journal_base *base);
bool	 journal_start_segment(struct journal *j);
bool	 journal_remove_segment(struct journal *j, const struct segment *s,
	    bool *synced);
void	 journal_cut_terms(struct journal *j);
bool	 journal_drop_newest(struct journal *j, uint64_t last);
void	 journal_drop_oldest(struct journal *j);

#endif
