// cscript //U //E:JScript shortcut.js BATCHFILE FOLDER: a shortcut on the desktop; prints where it is.
var shell = new ActiveXObject("WScript.Shell");
var path = shell.SpecialFolders("Desktop") + "\\\u6838\u9a8c.lnk";
var link = shell.CreateShortcut(path);
link.TargetPath = WScript.Arguments(0);
link.WorkingDirectory = WScript.Arguments(1);
link.IconLocation = "%SystemRoot%\\System32\\shell32.dll,165";
link.Save();
WScript.Echo(path);
