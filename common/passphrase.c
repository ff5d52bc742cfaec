/*
 * Reading a passphrase. Runs in the server and in the client before it forks.
 * Never prints; wipes what it does not hand on.
 */
#include "common/passphrase.h"

#include <sys/stat.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"

/* systemd hands a secret to a service's own user by an access list, which the
 * mode shows as the group's. */
static bool
is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	size_t len = dir == NULL ? 0 : strlen(dir);

	return len > 1 && strncmp(path, dir, len) == 0 && path[len] == '/' &&
	    strstr(path + len, "/..") == NULL;
}

enum keys_error
passphrase_read(const char *path, char dst[PASSPHRASE_BYTES])
{
	char text[PASSPHRASE_BYTES + 1];
	enum keys_error error = KEYS_OK;
	struct stat st;
	ssize_t n = 0;
	size_t len;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	dst[0] = '\0';
	if (fd == -1)
		return KEYS_SYSTEM;
	/* A pipe is fine: another program keeps the secret. */
	if (fstat(fd, &st) == -1)
		error = KEYS_SYSTEM;
	else if (S_ISREG(st.st_mode) && (st.st_mode & (S_IRWXO |
	    (is_credential(path) ? 0 : S_IRWXG))) != 0)
		error = KEYS_READABLE;
	if (error == KEYS_OK && (n = read(fd, text, sizeof(text) - 1)) == -1)
		error = KEYS_SYSTEM;
	close(fd);
	if (error != KEYS_OK)
		return error;
	text[n] = '\0';
	len = strcspn(text, "\r\n");
	text[len] = '\0';
	if (len == 0)
		error = KEYS_EMPTY;
	else if (len >= PASSPHRASE_BYTES)
		error = KEYS_LONG;
	else if (!text_valid(text, len))
		error = KEYS_UTF8;
	else
		memcpy(dst, text, len + 1);
	sodium_memzero(text, sizeof(text));
	return error;
}
