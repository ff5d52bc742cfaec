/*
 * The data directory and the secrets in it. Reads files, says what is wrong
 * with them; decides nothing else.
 */
#include "server/state_dir.h"

#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/keys.h"
#include "common/lang.h"

bool
state_dir_find(char dir[PATH_MAX], const char *asked, const struct owner *owner)
{
	const char *state = getenv("STATE_DIRECTORY");
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const struct passwd *pw;
	int n;

	if (owner != NULL) {
		xdg = NULL;
		home = owner->home;
	}
	/* A service may have no HOME; its user has one. */
	if ((home == NULL || *home != '/') && (pw = getpwuid(getuid())) !=
	    NULL)
		home = pw->pw_dir;

	if (asked != NULL)
		n = snprintf(dir, PATH_MAX, "%s", asked);
	else if (state != NULL && *state != '\0')
		/* systemd may give several, apart by colons. */
		n = snprintf(dir, PATH_MAX, "%.*s",
		    (int)strcspn(state, ":"), state);
	else if (xdg != NULL && *xdg == '/')
		n = snprintf(dir, PATH_MAX, "%s/chat-server", xdg);
	else if (home != NULL && *home == '/')
		n = snprintf(dir, PATH_MAX, "%s/.local/state/chat-server",
		    home);
	else
		return false;
	return n > 0 && n < PATH_MAX;
}

static bool
make(const char *dir, const struct owner *owner)
{
	struct stat st;

	if (mkdir(dir, 0700) == -1) {
		if (errno != EEXIST || stat(dir, &st) == -1)
			return false;
		errno = ENOTDIR;
		return S_ISDIR(st.st_mode);
	}
	/* Some parents may not be read: they are not new either. */
	disk_sync_parent(&disk_real, dir);
	return owner == NULL || lchown(dir, owner->uid, owner->gid) == 0;
}

bool
state_dir_make(const char *dir, const struct owner *owner)
{
	char path[PATH_MAX], *slash;
	int saved;

	if (strlcpy(path, dir, sizeof(path)) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		/* What is there need not be ours. */
		if (!make(path, owner) && (saved = errno) != 0 &&
		    access(path, F_OK) == -1) {
			errno = saved;
			return false;
		}
		*slash = '/';
	}
	return make(path, owner) && access(path, W_OK | X_OK) == 0;
}

static void
load_key(const char *dir, struct noise_keypair *key)
{
	char path[PATH_MAX];
	enum keys_error error;

	if (snprintf(path, sizeof(path), "%s/hostkey", dir) >=
	    (int)sizeof(path))
		errx(1, "%s: %s", dir, strerror(ENAMETOOLONG));
	error = keys_load(path, key);
	if (error == KEYS_SYSTEM)
		err(1, "%s", path);
	if (error != KEYS_OK)
		errx(1, "%s: %s", path, keys_reason(error));
}

void
state_dir_passphrase(char dst[PASSPHRASE_BYTES], const char *file)
{
	enum keys_error error = passphrase_read(file, dst);

	if (error == KEYS_SYSTEM)
		err(1, "%s", file);
	if (error != KEYS_OK)
		errx(1, "%s: %s", file, keys_reason(error));
}

void
state_dir_secrets(const char *dir, const char *passphrase,
    struct gate_config *gate)
{
	load_key(dir, &gate->key);
	if (*passphrase == '\0')
		return;
	if (!hello_psk(gate->psk, passphrase, strlen(passphrase),
	    gate->key.public, gate->room, strlen(gate->room)))
		err(1, NULL);
	gate->has_psk = true;
}
