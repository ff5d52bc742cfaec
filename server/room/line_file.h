/*
 * A file of lines in the server's directory, of which later ones count more: it
 * grows by what has changed, and is written anew when that has become too much.
 * What was not synced a crash may take: the last lines, or a hole in them. Pure
 * but for the disk; of marks.c and talks.c.
 */
#ifndef SERVER_ROOM_LINE_FILE_H
#define SERVER_ROOM_LINE_FILE_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "common/noise.h"

enum {
	LINE_FILE_BYTES = 256,		/* the longest line, with its end */
	LINE_FILE_MORE = 1 << 20,	/* it may grow by, beside itself */
	LINE_ID = 2 * JOURNAL_ID + 1,	/* a log's number in a line, NUL */
	LINE_KEY = (NOISE_KEY + 2) / 3 * 4 + 1,	/* and a key */
	LINE_DAY_MS = 24 * 3600 * 1000
};

struct line_file {
	const struct disk *disk;
	const char	*dir, *name;
	bool		 unsaved;	/* there is none, or what is there must
					 * not be added to */
	off_t		 size;		/* now; */
	off_t		 whole;		/* when it was written anew; who opens
					 * it may know what it would be */
	/* While it is written. */
	int		 fd;
	bool		 anew, failed;
	int		 error;		/* of the first failure */
	char		*bytes;
	size_t		 len;
	off_t		 at;
};

/* Takes a line, without its end; false: it is none of ours, or with errno. */
typedef bool line_file_tell(void *arg, char *line);

/*
 * Tells each line of DIR/NAME, in order, but for those that a crash tore.
 * disk, dir and name are borrowed. False with *why; that there is no file is
 * none.
 */
bool	 line_file_open(struct line_file *, const struct disk *,
	    const char *dir, const char *name, line_file_tell *, void *arg,
	    struct journal_why *why);
/* Is it to be written anew before anything is added? Or has it grown? */
bool	 line_file_is_large(const struct line_file *);

/*
 * Begins to write what comes behind the lines that are there, or instead of
 * them; then line by line; then the end, which says whether all of it is there:
 * false with errno, and the file is as it was.
 */
void	 line_file_begin(struct line_file *, bool anew);
void	 line_file_put(struct line_file *, const char *line, size_t len);
/* sync: it is on the disk, too; what is written anew always is. */
bool	 line_file_end(struct line_file *, bool sync);

/* The next word of a line, which ends at a blank; NULL: there is none. */
char	*line_word(char **rest);
/* What a word says: in decimal, hex, base64. False: it is none such. */
bool	 line_get_number(const char *word, uint64_t max, uint64_t *);
bool	 line_get_id(const char *word, uint8_t id[JOURNAL_ID]);
bool	 line_get_key(const char *word, uint8_t key[NOISE_KEY]);
/* Return dst. */
char	*line_id(char dst[LINE_ID], const uint8_t id[JOURNAL_ID]);
char	*line_key(char dst[LINE_KEY], const uint8_t key[NOISE_KEY]);

#endif
