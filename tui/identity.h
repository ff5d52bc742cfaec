/*
 * chat-tui --export-key and --import-key: a person's key goes to another
 * machine as a line. Parent process, instead of a session.
 */
#ifndef TUI_IDENTITY_H
#define TUI_IDENTITY_H

/*
 * Both return the exit status. passphrase_file: -k; "": it is asked for at the
 * terminal, where it is not seen.
 */

/* Prints it, sealed by a passphrase; an empty one: in clear, and says so. */
int	 identity_export(const char *passphrase_file);
/* Reads it from standard input; never over another key. */
int	 identity_import(const char *passphrase_file);

#endif
