/*
 * What the client keeps between runs and where: its state under
 * $XDG_STATE_HOME/chat-tui (~/.local/state/chat-tui), its keys and settings
 * under $XDG_CONFIG_HOME/chat-tui (~/.config/chat-tui); directories 0700,
 * files 0600.
 */
#ifndef TUI_SHARED_STORE_H
#define TUI_SHARED_STORE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

enum { STORE_NAME_BYTES = TEXT_NAME_BYTES + 1 };

/*
 * A small file, whole: malloc'd, with a NUL behind it, or NULL where there is
 * none, it cannot be read or it is longer than STORE_FILE_BYTES.
 */
enum { STORE_FILE_BYTES = 8 * 1024 * 1024 };
char	*store_load(const char *path, size_t *len);
/*
 * Replaced whole, 0600, on the disk before it is; its directories are made.
 * False with errno: what was there is as it was.
 */
bool	 store_replace(const char *path, const char *text, size_t len);
/* The path of a file of the state; false where there is no home. */
bool	 store_state(char dst[PATH_MAX], const char *leaf);

/* The name used last; false and "" if none is kept or it is no valid name. */
bool	 store_last_name(char dst[STORE_NAME_BYTES]);
void	 store_save_name(const char *name);

/*
 * A room under a name. place is what room_place_find says of the server,
 * HOST:PORT; where that name's room still lies under the latter, as a window
 * had it open, it is that one. room: "" for the home room, also by its name.
 */
enum { STORE_ROOM_BYTES = 64 + 1 };
struct store_room {
	const char	*place, *server, *name, *room;
};
/* Its directory: its copy and the outbox. Made if need be; false with errno. */
bool	 store_make_room(char dst[PATH_MAX], const struct store_room *);
/* A file of it; nothing is made. False with errno. */
bool	 store_room_file(char dst[PATH_MAX], const struct store_room *,
	    const char *leaf);
/* Where it would be at that place alone; never made. */
bool	 store_room_at(char dst[PATH_MAX], const char *place,
	    const struct store_room *);
/* The same of that name's home room, in which the others are. */
bool	 store_room_path(char dst[PATH_MAX], const char *place,
	    const char *name, size_t name_len);
/* How another room's directory is called there. */
bool	 store_room_leaf(char leaf[NAME_MAX], const char *room);
/* What the server there called its home room last; "": not known. */
void	 store_home(const char *place, char room[STORE_ROOM_BYTES]);
void	 store_keep_home(const char *place, const char *room);
bool	 store_is_home(const char *place, const char *room);
/* The name whose room lies there; its length, 0 for what is no name's. */
size_t	 store_room_name(char name[TEXT_NAME_BYTES], const char *leaf);
/*
 * The address, ADDRESS:PORT, that a server of which something is stored had
 * last: its host as sock_resolve takes it, "" where none is known, and the
 * port. False: nothing of that server is stored.
 */
bool	 store_address(const char *server, char *host, size_t size,
	    uint16_t *port);
void	 store_keep_address(const char *server, const char *address);
/* The directory that those of a server's rooms lie in, by its place or as
 * HOST:PORT, in small letters; false with errno. */
bool	 store_server(char dst[PATH_MAX], const char *place);
/* The same, but never made; and false where it is not there. */
bool	 store_server_path(char dst[PATH_MAX], const char *place);
bool	 store_find_server(char dst[PATH_MAX], const char *place);
/* Each directory of a place that is there: a host's letters may be in any case,
 * programs of before kept them as they were typed. */
void	 store_each_server(const char *place, void (*dir)(void *arg,
	    const char *path), void *arg);
/* The directory of a room that is hosted here; false where there is none. */
bool	 store_host(char dst[PATH_MAX]);
/* The path of a file of the settings' directory; false with errno, ENOENT
 * where no home is known. */
bool	 store_config(char dst[PATH_MAX], const char *leaf);
/* Makes that directory if need be. False with errno, and in dst which one
 * could not be made, "" where no home is known. */
bool	 store_make_config(char dst[PATH_MAX]);

#endif
