@echo off
rem Folders of forms are dropped on this file, or on its shortcut on the desktop.
rem UTF-8 with CRLF: cmd reads a batch file in the code page of its window, so that is set first. Only what is
rem shown is Chinese; all that is done is ASCII.
setlocal EnableExtensions DisableDelayedExpansion
rem A dropped folder may be the current one: no command is looked up in it.
set "NoDefaultCurrentDirectoryInExePath=1"
"%SystemRoot%\System32\chcp.com" 65001 >nul 2>nul
set "PERFBATCH_HOME=%~dp0"
set "PERFBATCH_SCRIPT=%~nx0"
set "PYTHON=%~dp0app\Scripts\python.exe"
if not exist "%PYTHON%" set "PYTHON=%~dp0..\..\.venv\Scripts\python.exe"
rem Explorer quotes no name without a blank: of a&b, cmd passes a and would run b. The line as it came is handed
rem over in a variable, which cmd does not read again, and "exit" at the end drops the rest of it.
setlocal EnableDelayedExpansion
set "PERFBATCH_DROPPED=!cmdcmdline!"
setlocal DisableDelayedExpansion
if not exist "%PYTHON%" goto missing
"%PYTHON%" -I -X utf8 -m perfbatch.desktop %*
set "STATUS=%errorlevel%"
if "%STATUS%"=="0" goto end
if "%STATUS%"=="1" goto end
if "%STATUS%"=="3" goto end
echo.
echo 没有完成：结束状态 %STATUS%，原因见上面的字。没有打开任何结果；结果文件夹里若有“汇总.xlsx”，是以前的。
goto end
:missing
set "STATUS=2"
echo 没有找到核验程序，什么也没有做。
echo 本文件要和安装时建立的 app 文件夹放在一起；放到桌面上的应当是快捷方式，不是本文件。
echo 请运行安装包里的“安装.bat”重新安装，再用桌面上的“核验”。
:end
echo.
pause
exit %STATUS%
