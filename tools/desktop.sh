#!/bin/sh
# Makes Gradwalk known to the desktop of this user: in the menu, and for *.gradwalk.json files.
# tools/desktop.sh install|remove
set -eu
cd "$(dirname "$0")/.."
folder=$(pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/gradwalk.desktop
type=$data/mime/packages/gradwalk.xml
icon=$data/icons/hicolor/scalable/apps/gradwalk.svg

case ${1:-} in
install)
    mkdir -p "$data/applications" "$data/mime/packages" "$data/icons/hicolor/scalable/apps"
    # A path may hold spaces; the quotes are those of the desktop entry specification.
    sed "s|@FOLDER@/\([^ ]*\)|\"$folder/\1\"|g" resources/linux/gradwalk.desktop >"$entry"
    cp resources/linux/gradwalk.xml "$type"
    cp resources/icons/gradwalk.svg "$icon"
    ;;
remove)
    rm -f "$entry" "$type" "$icon"
    ;;
*)
    echo 'usage: tools/desktop.sh install|remove' >&2
    exit 2
    ;;
esac
# Not every desktop has them; without, the entry shows at the next login.
command -v update-mime-database >/dev/null && update-mime-database "$data/mime" || true
command -v update-desktop-database >/dev/null && update-desktop-database "$data/applications" || true
