// cscript //E:JScript shortcut.js add BATCHFILE FOLDER, or remove BATCHFILE: a shortcut on the desktop.
// Ends with 10 where it is there as asked for, with anything else where it is not.
var shell = new ActiveXObject("WScript.Shell");
var files = new ActiveXObject("Scripting.FileSystemObject");
var path = shell.SpecialFolders("Desktop") + "\\\u6838\u9a8c.lnk";
var what = WScript.Arguments(0), target = WScript.Arguments(1);
if (what == "add") {
    var link = shell.CreateShortcut(path);
    link.TargetPath = target;
    link.WorkingDirectory = WScript.Arguments(2);
    link.IconLocation = "%SystemRoot%\\System32\\shell32.dll,165";
    link.Save();
} else if (files.FileExists(path) && shell.CreateShortcut(path).TargetPath.toLowerCase() == target.toLowerCase()) {
    files.DeleteFile(path);
}
WScript.Quit(files.FileExists(path) == (what == "add") ? 10 : 3);
