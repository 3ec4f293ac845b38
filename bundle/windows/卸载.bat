@echo off
rem Removes what the installation put here; perfbatch.toml, results and whatever else lies here stay.
setlocal EnableExtensions DisableDelayedExpansion
set "NoDefaultCurrentDirectoryInExePath=1"
"%SystemRoot%\System32\chcp.com" 65001 >nul 2>nul
if not exist "%~dp0installed.json" goto stranger
if not exist "%~dp0app\Scripts\python.exe" goto stranger
set "ANSWER="
set /p "ANSWER=卸载这个文件夹里的核验程序？输入 y 再按回车："
setlocal EnableDelayedExpansion
if /i "!ANSWER!"=="y" goto remove
echo 没有卸载。
pause
exit /b 2
:remove
setlocal DisableDelayedExpansion
"%~dp0app\Scripts\python.exe" -I -X utf8 "%~dp0app\install.py" remove "%~dp0."
rmdir /s /q "%~dp0app"
if exist "%~dp0app" goto busy
if exist "%~dp0app.old" rmdir /s /q "%~dp0app.old"
cd /d "%~dp0"
for /d %%D in (python-*) do if exist "%%D\.whole" rmdir /s /q "%%D"
cd /d "%SystemRoot%"
del /q "%~dp0installed.json" 2>nul
pause
rem One line, since this file is gone after its first command.
del /q "%~f0" & rmdir "%~dp0." 2>nul & exit 0
:busy
echo 程序正在使用，没有卸载完。请关掉正在进行的核验，再运行一次“卸载.bat”。
pause
exit /b 2
:stranger
echo 这个文件夹里没有安装本程序，什么也没有动。
pause
exit /b 2
